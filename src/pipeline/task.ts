import { architectureBeside } from '../models/architecture.js';
import { openModel } from '../models/open.js';
import { openWriter, predictionsKey } from '../predictions/index.js';
import { contentOf, planPreprocessing, readModelMetadata } from '../preprocess/index.js';
import type { DatasetOptions } from '../protocol/datasetOptions.js';
import type {
  ForwardSummary,
  ForwardTask,
  OpenedModel,
  SampleNotice,
} from '../protocol/inference.js';
import { messages } from '../protocol/messages.js';
import { failure, throwIfCancelled } from '../protocol/notice.js';
import type { Preprocessing } from '../protocol/preprocessing.js';
import type { Decoder } from './decode.js';
import { forward } from './forward.js';
import { rowLookup } from './rowLookup.js';

/** Raise it when the same plan would give other tensors: stored predictions of before are then left alone. */
const preprocessingVersion = 1;
/** Raise it when the same tensors would give other outputs or features, likewise. */
const outputsVersion = 1;

export interface TaskHandlers {
  opened(model: OpenedModel): void;
  progress(done: number, imagesPerSecond: number | null): void;
  failed(samples: SampleNotice[]): void;
  remarked(samples: SampleNotice[]): void;
  waiting(): void;
}

const plural = {
  image: messages['content.image'],
  text: messages['content.text'],
  numbers: messages['content.numbers'],
  row: messages['content.row'],
};

/** Opens the model, decides its preprocessing and runs it over the samples that are not in the store. */
export async function runTask(
  task: ForwardTask,
  handlers: TaskHandlers,
  openDecoder: (dataset: string, options: DatasetOptions, plan: Preprocessing) => Decoder,
  signal?: AbortSignal,
): Promise<ForwardSummary> {
  const began = performance.now();
  const metadata = await readModelMetadata(task.model);
  const { overrides } = metadata;
  const model = await openModel(task.model, { ...overrides, threads: task.threads });
  try {
    const { plan, report, notices } = await planPreprocessing(metadata, model.input);
    const wanted = contentOf(plan);
    if (wanted !== 'row' && wanted !== task.content)
      throw failure('model.otherContent', {
        ...{ file: task.model, wanted: plural[wanted], given: plural[task.content] },
      });
    const key = predictionsKey({
      model: task.modelHash,
      version: outputsVersion,
      // Rows of a file belong to samples of this dataset, as it was opened, only.
      dataset: plan.kind === 'rows' ? JSON.stringify([task.dataset, task.options]) : undefined,
      preprocessing: { ...outputDeciding(plan), version: preprocessingVersion },
      input: model.input.name,
      output: model.output,
      features: model.features,
      pooling: overrides.pooling,
      runtime: model.runtime,
    });
    const opened: OpenedModel = {
      key,
      plan,
      preprocessing: report,
      output: model.output,
      features: model.features,
      runtime: model.runtime,
      labels: metadata.labels?.names ?? null,
      parameters: model.parameters,
      architecture: await architectureBeside(task.model),
      sourceAccuracy: overrides.sourceAccuracy ?? null,
      outputKind: overrides.outputKind
        ? { value: overrides.outputKind, from: 'sidecar' }
        : (model.outputKind ?? null),
      notices: [...metadata.notices, ...model.notices, ...notices],
    };
    handlers.opened(opened);
    throwIfCancelled(signal);
    const meta = {
      model: task.model,
      modelHash: task.modelHash,
      preprocessing: plan,
      output: model.output,
      features: model.features,
      runtime: model.runtime,
    };
    const writer = await openWriter(task.cache, key, meta, signal, () => handlers.waiting());
    const decoder =
      model.input.kind === 'rows'
        ? await rowLookup(task, model.input)
        : openDecoder(task.dataset, task.options, plan);
    try {
      // Another window may have filled the store while this one waited for its turn.
      const missing = task.hashes.flatMap((hash, k) => (writer.has(hash) ? [] : [k]));
      const load = (performance.now() - began) / 1000;
      const { infer, images } = await forward({
        model,
        plan,
        rows: Int32Array.from(missing, k => task.rows[k]),
        hashes: missing.map(k => task.hashes[k]),
        writer,
        decode: decoder.decode,
        onProgress: (images, rate) =>
          handlers.progress(task.hashes.length - missing.length + images, rate),
        onFailed: handlers.failed,
        onRemarked: handlers.remarked,
        signal,
      });
      return { seconds: { load, infer }, images };
    } finally {
      await decoder.close();
      await writer.close();
    }
  } finally {
    await model.close();
  }
}

/** A plan without what decides no output: where a file lies, when its hash says what is in it. */
function outputDeciding(plan: Preprocessing): object {
  return plan.kind === 'text' ? { ...plan, tokenizer: undefined } : plan;
}
