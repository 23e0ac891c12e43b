import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { ModelSummary } from '../../protocol/found.js';
import type { ModelFormat } from '../model.js';

export const tfjs: ModelFormat = {
  id: 'tfjs',
  name: 'TensorFlow.js',
  files:
    '`model.json` (or `NAME.json` beside `NAME.weights.bin`) with its shards: layers models of Keras 2 and 3 and graph models, also quantised; Teachable Machine exports with the labels and preprocessing of their `metadata.json`',
  state: 'runs',
  hasOutputs: true,
  sniff,
};

/** Weights beside it: shards, of early converters without an ending. */
const weights = /\.bin$|^group\d+-shard\d+of\d+$/;

/**
 * Any `model.json` that begins as TensorFlow.js writes it; other programs use the name too. What a page saved as a download is called
 * after its model, as are its weights.
 */
async function sniff(path: string): Promise<ModelSummary | null> {
  const file = basename(path);
  if (extname(file).toLowerCase() !== '.json') return null;
  const isUsual = file.toLowerCase() === 'model.json';
  const own = `${file.slice(0, -'.json'.length)}.weights.bin`;
  if (!isUsual && (await size(join(dirname(path), own))) === 0) return null;
  const start = await firstBytes(path, 4096);
  if (start === null || !/"(modelTopology|weightsManifest|(layers|graph)-model)"/.test(start))
    return null;
  const folder = dirname(path);
  const all = await readdir(folder).catch(() => []);
  const names = isUsual ? all.filter(name => weights.test(name)) : [own];
  const sizes = await Promise.all([file, ...names].map(name => size(join(folder, name))));
  const bytes = sizes.reduce((a, b) => a + b, 0);
  const name = isUsual ? basename(folder) : basename(file, extname(file));
  return { path, name, format: tfjs.id, bytes };
}

async function firstBytes(path: string, length: number): Promise<string | null> {
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position: 0 });
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

async function size(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}
