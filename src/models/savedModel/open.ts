import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { detailOf as causeOf, failure, TransferLensError } from '../../protocol/notice.js';
import type { Model, OpenOptions } from '../model.js';
import { graphNet } from '../tfjs/graphNet.js';
import { loopOperator } from '../tfjs/net.js';
import { modelOf } from '../tfjs/open.js';
import { toOnnx } from '../tfjs/run.js';
import { loadTf } from '../tfjs/runtime.js';
import type { Tf } from '../tfjs/tf.js';
import { detailOf } from '../wording.js';
import { Bundle } from './bundle.js';
import { convert, servingSignature } from './convert.js';
import { type MetaGraph, readSavedModel, type Signature } from './messages.js';
import { nativeNet } from './nativeNet.js';
import { WireError } from './wire.js';

/** A graph's text: weights lie elsewhere, but for constants of at most 2 GB. */
const mostBytes = 2 ** 31;

/** The graph, the index of its variables and their data. */
export async function modelFiles(path: string): Promise<string[]> {
  await checkSize(path);
  const bundle = await bundleOf(path);
  return [path, ...(bundle?.files ?? [])];
}

/**
 * Converts a SavedModel to TensorFlow.js's graph format in memory and loads it. What cannot be converted or run so is left to
 * TensorFlow itself where the user has it.
 */
export async function openModel(path: string, options: OpenOptions): Promise<Model> {
  const { graph, signature } = await graphOf(path);
  const tf = await loadTf(path, options.threads);
  if (!tf.native) return ownModel(tf, path, graph, signature, options);
  try {
    const model = await ownModel(tf, path, graph, signature, options);
    await tryOut(model);
    return model;
  } catch (error) {
    if (!(error instanceof TransferLensError) || !nativeMayRun.test(error.notice.code)) throw error;
    try {
      const net = await nativeNet(tf, path, dirname(path), graph.tags, signature, options);
      const model = modelOf(tf, path, net, options, null);
      await tryOut(model);
      return model;
    } catch {
      // TensorFlow does not run it either: what was wrong first says more.
      throw error;
    }
  }
}

const nativeMayRun = /^model\.(unsupportedOp|loop|tfLoad|run|notSavedModel)$/;

async function ownModel(
  tf: Tf,
  path: string,
  graph: MetaGraph,
  signature: Signature,
  options: OpenOptions,
): Promise<Model> {
  const { parameters, ...artifacts } = await bundleOf(path)
    .then(bundle => convert(graph, signature, bundle))
    .catch(error => {
      const bodies = [...graph.functions.values()].flatMap(({ nodes }) => nodes);
      const op = loopOperator([...graph.nodes, ...bodies]);
      if (!(error instanceof WireError) || op === null) throw explained(path, error);
      const params = { file: path, op, detail: detailOf(error), command: toOnnx(path) };
      throw failure('model.loop', params, error);
    });
  const handler = { load: async () => ({ ...artifacts, format: 'graph-model' }) as never };
  const model = await tf.loadGraphModel(handler).catch(error => {
    throw failure('model.tfLoad', { file: path, detail: detailOf(error) }, error);
  });
  return modelOf(tf, path, graphNet(path, artifacts, model, options), options, parameters);
}

/** One sample of zeros: whether all operators are known shows only when they run. */
async function tryOut(model: Model): Promise<void> {
  const { input } = model;
  const side = 224;
  const shape =
    input.kind === 'image'
      ? [1, input.height ?? side, input.width ?? side, input.channels ?? 3]
      : input.kind === 'numbers' && input.width !== null
        ? [1, input.width]
        : null;
  if (shape === null) return;
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  try {
    await model.run([{ data, shape }]);
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** The graph that serves, and how it is called. */
async function graphOf(path: string): Promise<{ graph: MetaGraph; signature: Signature }> {
  const bytes = await read(path);
  try {
    const graphs = readSavedModel(bytes);
    const graph = graphs.find(({ tags }) => tags.includes('serve')) ?? graphs[0];
    if (!graph) throw failure('model.notSavedModel', { file: path, detail: 'it has no graph' });
    const signature = servingSignature(graph);
    if (!signature) throw failure('model.noSignature', { file: path });
    return { graph, signature };
  } catch (error) {
    throw explained(path, error);
  }
}

async function read(path: string): Promise<Uint8Array> {
  await checkSize(path);
  return readFile(path);
}

async function checkSize(path: string): Promise<void> {
  const info = await stat(path).catch(error => {
    throw failure('model.unreadable', { file: path, detail: causeOf(error) }, error);
  });
  if (info.size === 0) throw failure('model.empty', { file: path });
  if (info.size > mostBytes)
    throw failure('model.notSavedModel', { file: path, detail: `${info.size} bytes` });
}

async function bundleOf(path: string): Promise<Bundle | null> {
  return Bundle.open(path, dirname(path)).catch(error => {
    throw explained(path, error);
  });
}

function explained(file: string, error: unknown): unknown {
  if (error instanceof TransferLensError) return error;
  return failure('model.notSavedModel', { file, detail: detailOf(error) }, error);
}
