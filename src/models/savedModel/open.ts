import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { detailOf as causeOf, failure, TransferLensError } from '../../protocol/notice.js';
import type { Model, OpenOptions } from '../model.js';
import { graphNet } from '../tfjs/graphNet.js';
import { modelOf } from '../tfjs/open.js';
import { loadTf } from '../tfjs/runtime.js';
import { detailOf } from '../wording.js';
import { Bundle } from './bundle.js';
import { type Converted, convert, servingSignature } from './convert.js';
import { readSavedModel } from './messages.js';

/** A graph's text: weights lie elsewhere, but for constants of at most 2 GB. */
const mostBytes = 2 ** 31;

/** The graph, the index of its variables and their data. */
export async function modelFiles(path: string): Promise<string[]> {
  const bundle = await bundleOf(path);
  return [path, ...(bundle?.files ?? [])];
}

/** Converts a SavedModel to TensorFlow.js's graph format in memory and loads it. */
export async function openModel(path: string, options: OpenOptions): Promise<Model> {
  const { parameters, ...artifacts } = await converted(path);
  const tf = await loadTf(path);
  const handler = { load: async () => ({ ...artifacts, format: 'graph-model' }) as never };
  const model = await tf.loadGraphModel(handler).catch(error => {
    throw failure('model.tfLoad', { file: path, detail: detailOf(error) }, error);
  });
  return modelOf(tf, path, graphNet(path, artifacts, model, options), options, parameters);
}

async function converted(path: string): Promise<Converted> {
  const bytes = await read(path);
  try {
    const graphs = readSavedModel(bytes);
    const graph = graphs.find(({ tags }) => tags.includes('serve')) ?? graphs[0];
    if (!graph) throw failure('model.notSavedModel', { file: path, detail: 'it has no graph' });
    const signature = servingSignature(graph);
    if (!signature) throw failure('model.noSignature', { file: path });
    return await convert(graph, signature, await bundleOf(path));
  } catch (error) {
    throw explained(path, error);
  }
}

async function read(path: string): Promise<Uint8Array> {
  const info = await stat(path).catch(error => {
    throw failure('model.unreadable', { file: path, detail: causeOf(error) }, error);
  });
  if (info.size === 0) throw failure('model.empty', { file: path });
  if (info.size > mostBytes)
    throw failure('model.notSavedModel', { file: path, detail: `${info.size} bytes` });
  return readFile(path);
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
