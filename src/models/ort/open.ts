import { open } from 'node:fs/promises';
import { detailOf as causeOf, failure, notice } from '../../protocol/notice.js';
import type { Model, OpenOptions } from '../model.js';
import {
  chooseInput,
  chooseOutput,
  featureName,
  featuresAlone,
  outputsOf,
  typeNumber,
} from '../onnx/choose.js';
import type { GraphValue, ModelGraph } from '../onnx/graph.js';
import { OnnxModel } from '../onnx/run.js';
import { loadFailure, loadRuntime, type Session, sessionOptions } from '../onnx/runtime.js';
import { sidecarOf } from '../wording.js';

/** Stands behind the first offset of the flat buffer. */
const magic = 'ORTM';

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
    const graph = graphOf(session);
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
      ...{ path, ort, session, input, output, notices, step: input.batch },
      tap: tensor === undefined ? null : { tensor, output: tensor, tail: null },
      runtime: `onnxruntime-node ${ort.env.versions.node ?? 'unknown'} cpu`,
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

/** Inputs and outputs as of an ONNX file; its nodes are not told. */
function graphOf({ inputMetadata, outputMetadata }: Session): ModelGraph {
  const values = (all: Session['inputMetadata']): GraphValue[] =>
    all.map(value =>
      value.isTensor
        ? { name: value.name, type: typeNumber(value.type), dims: [...value.shape] }
        : { name: value.name, type: 0, dims: null },
    );
  return {
    ...{ irVersion: 0, opset: 0, producer: '', metadata: {}, values: new Map(), nodes: [] },
    ...{ inputs: values(inputMetadata), outputs: values(outputMetadata) },
    ...{ initializers: new Set(), external: [], parameters: 0 },
  };
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
