import { modelFiles } from '../models/open.js';
import {
  hashFiles,
  openReader,
  type PredictionsReader,
  predictionsKey,
} from '../predictions/index.js';
import { readModelMetadata } from '../preprocess/index.js';
import type { ContentKind } from '../protocol/content.js';
import type { DatasetOptions } from '../protocol/datasetOptions.js';
import type { OpenedModel } from '../protocol/inference.js';
import { failure, type Notice, throwIfCancelled } from '../protocol/notice.js';
import type { Entry } from './entries.js';
import { memoVersion, readMemo, writeMemo } from './memo.js';
import type { Forward } from './process.js';
import { versions } from './versions.js';

/** The samples of a run: rows of the dataset and the hash of each one's content. */
export interface Samples {
  rows: Int32Array;
  hashes: string[];
}

/** What one model left in the store, and what it could not do. */
export interface Prediction {
  entry: Entry;
  opened: OpenedModel;
  reader: PredictionsReader;
  /** Samples without a prediction, by content hash. */
  failed: ReadonlyMap<string, Notice>;
  /** What is worth knowing of samples that have one, likewise. */
  remarks: ReadonlyMap<string, Notice>;
  seconds: { load: number; infer: number };
  /** Images a second in this run; null when everything was in the store already. */
  imagesPerSecond: number | null;
}

export interface PredictOptions {
  dataset: string;
  content: ContentKind;
  options: DatasetOptions;
  samples: Samples;
  cache: string;
  threads: number;
  forward: Forward;
  /** Images of the sample that are in the store, and the speed at which they come. */
  onProgress(done: number, imagesPerSecond: number | null): void;
  onWaiting(): void;
  signal?: AbortSignal;
}

/** Makes sure that the store has a model's predictions for the samples; only what is missing is computed. */
export async function predict(entry: Entry, options: PredictOptions): Promise<Prediction> {
  const { samples, cache, signal } = options;
  const modelHash = await hashFiles(cache, await modelFiles(entry.path), signal);
  const metadata = await readModelMetadata(entry.path);
  const memoName = predictionsKey({
    modelHash,
    metadata: { ...metadata },
    versions: versions(),
    memo: memoVersion,
    // Rows of a file belong to samples of this dataset, as it was opened, only.
    dataset:
      entry.format === 'predictions'
        ? JSON.stringify([options.dataset, options.options])
        : undefined,
  });
  const known = await readMemo(cache, memoName);
  const failed = new Map(Object.entries(known?.failed ?? {}));
  const remarks = new Map(Object.entries(known?.remarks ?? {}));
  let opened = known?.opened ?? null;
  let reader = opened ? await openReader(cache, opened.key) : null;
  let seconds = { load: 0, infer: 0 };
  let imagesPerSecond: number | null = null;

  const unique = new Set<string>();
  const missing: number[] = [];
  samples.hashes.forEach((hash, k) => {
    if (unique.has(hash)) return;
    unique.add(hash);
    if (!failed.has(hash) && (reader?.rowOf(hash) ?? -1) < 0) missing.push(k);
  });
  const before = unique.size - missing.length;
  options.onProgress(before, null);
  if (missing.length > 0 || opened === null) {
    throwIfCancelled(signal);
    const began = performance.now();
    let remembering = Promise.resolve();
    const remember = () => {
      if (!opened) return remembering;
      const memo = {
        opened,
        failed: Object.fromEntries([...failed].filter(([, why]) => isOfContent(why))),
        remarks: Object.fromEntries(remarks),
      };
      // One after the other: the last one stays.
      remembering = remembering.then(() => writeMemo(cache, memoName, memo));
      return remembering;
    };
    try {
      const summary = await options.forward(
        {
          model: entry.path,
          dataset: options.dataset,
          content: options.content,
          options: options.options,
          rows: Int32Array.from(missing, k => samples.rows[k]),
          hashes: missing.map(k => samples.hashes[k]),
          cache,
          modelHash,
          threads: options.threads,
        },
        {
          opened: model => {
            opened = model;
            // Already now, for a run that is killed: the next one then knows what is in the store.
            void remember();
          },
          progress: (done, rate) => options.onProgress(before + done, rate),
          failed: list => {
            for (const sample of list) failed.set(sample.hash, sample.notice);
          },
          remarked: list => {
            for (const sample of list) remarks.set(sample.hash, sample.notice);
          },
          waiting: options.onWaiting,
        },
        signal,
      );
      seconds = summary.seconds;
      const took = (performance.now() - began) / 1000 - seconds.load;
      if (summary.images > 0) imagesPerSecond = summary.images / took;
    } finally {
      reader?.close();
      await remember();
    }
    reader = opened ? await openReader(cache, (opened as OpenedModel).key) : null;
  }
  if (!opened || !reader) {
    const first = samples.hashes.find(hash => failed.has(hash)) ?? '';
    const detail = failed.get(first)?.message ?? 'no sample reached it.';
    throw failure('model.noPredictions', { file: entry.path, detail });
  }
  options.onProgress(unique.size, imagesPerSecond);
  return { entry, opened, reader, failed, remarks, seconds, imagesPerSecond };
}

/** Whether a sample failed for what is in it, so that it would fail again: not for where it lay, or what could not be read then. */
function isOfContent({ code }: Notice): boolean {
  return code.startsWith('image.');
}
