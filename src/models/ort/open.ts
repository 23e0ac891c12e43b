import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { detailOf as causeOf, failure, notice } from '../../protocol/notice.js';
import type { Model, OpenOptions } from '../model.js';
import {
  chooseInput,
  chooseOutput,
  featureName,
  featuresAlone,
  outputsOf,
  quantizesByCall,
  typeNumber,
} from '../onnx/choose.js';
import type { GraphValue, ModelGraph } from '../onnx/graph.js';
import { OnnxModel } from '../onnx/run.js';
import { loadFailure, loadRuntime, type Session, sessionOptions } from '../onnx/runtime.js';
import { sidecarOf } from '../wording.js';

/** Stands behind the first offset of the flat buffer. */
const magic = 'ORTM';
/** What the names of operators begin with that quantise by the range of all that a call holds. */
const byCall = 'DynamicQuantize';

/** One file: its weights are in it. */
export async function modelFiles(path: string): Promise<string[]> {
  await checkMagic(path);
  return [path];
}

/** Loads a model in ONNX Runtime's own format. What its graph takes and gives is told by the session. */
export async function openModel(path: string, options: OpenOptions): Promise<Model> {
  await checkMagic(path);
  const ort = await loadRuntime(path);
  const session = await ort.InferenceSession.create(
    path,
    sessionOptions(options.threads, { arena: true }),
  ).catch(error => {
    throw loadFailure(path, error);
  });
  try {
    const graph = graphOf(session, (await mentions(path, byCall)) ? [byCall] : []);
    const rowByRow = quantizesByCall(graph);
    const input = chooseInput(path, graph, options);
    // Without nodes it is not known what is made of what: what is called features is no rival of the scores.
    const scores = graph.outputs.filter(({ name }) => !featureName.test(name));
    const outputs = options.output === undefined && scores.length > 0 ? scores : graph.outputs;
    const alone = featuresAlone(graph, options);
    const { output, notices } =
      alone === null
        ? chooseOutput(path, { ...graph, outputs }, options)
        : { output: '', notices: [] };
    // What made it is not known here, so that only a tensor can be read.
    if (graph.outputs.some(({ name, type }) => name === output && type === 0))
      throw failure('model.zipMap', { file: path, output });
    const sidecar = sidecarOf(path);
    const wanted = alone ?? options.features;
    const tensor =
      wanted === undefined
        ? graph.outputs.find(({ name }) => name !== output && featureName.test(name))?.name
        : (wanted ?? undefined);
    if (tensor !== undefined && !graph.outputs.some(({ name }) => name === tensor))
      throw failure('model.noTensor', { file: path, tensor, sidecar });
    if (tensor === undefined && wanted === undefined)
      notices.push(notice('model.noFeatures', { file: path, sidecar }));
    return new OnnxModel({
      ...{ path, ort, session, input, output, notices },
      step: input.batch ?? (rowByRow ? 1 : null),
      tap: tensor === undefined ? null : { tensor, output: tensor, tail: null },
      // What was stored of such models before depends on what was in a batch: this makes it another model's.
      runtime: `onnxruntime-node ${ort.env.versions.node ?? 'unknown'} cpu${rowByRow ? ', row by row' : ''}`,
      parameters: null,
      pooling: options.pooling ?? 'mean',
      outputs: outputsOf(graph),
      // Its operators are not told.
      isSigmoid: false,
    });
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Inputs and outputs as of an ONNX file; its nodes are not told, but for operators that were looked for. */
function graphOf(
  { inputMetadata, outputMetadata }: Session,
  operators: readonly string[],
): ModelGraph {
  const values = (all: Session['inputMetadata']): GraphValue[] =>
    all.map(value =>
      value.isTensor
        ? { name: value.name, type: typeNumber(value.type), dims: [...value.shape] }
        : { name: value.name, type: 0, dims: null },
    );
  return {
    ...{ irVersion: 0, opset: 0, producer: '', metadata: {}, values: new Map() },
    nodes: operators.map(op => ({ op, domain: '', inputs: [], outputs: [] })),
    ...{ inputs: values(inputMetadata), outputs: values(outputMetadata) },
    ...{ initializers: new Set(), external: [], parameters: 0 },
  };
}

/** Whether a text stands anywhere in a file, as names of operators do. */
async function mentions(path: string, text: string): Promise<boolean> {
  let end = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const part = Buffer.concat([end, chunk]);
    if (part.includes(text)) return true;
    end = part.subarray(-text.length);
  }
  return false;
}

async function checkMagic(path: string): Promise<void> {
  let start: Buffer;
  try {
    const file = await open(path);
    try {
      start = (await file.read({ buffer: Buffer.alloc(8), position: 0 })).buffer;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw failure('model.unreadable', { file: path, detail: causeOf(error) }, error);
  }
  if (start.subarray(4, 8).toString('latin1') !== magic)
    throw failure('model.notOnnx', { file: path });
}
