import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ModelSummary } from '../../protocol/found.js';
import type { ModelFormat } from '../model.js';

export const tfjs: ModelFormat = {
  id: 'tfjs',
  name: 'TensorFlow.js',
  files:
    '`model.json` with its shards: layers models and graph models, also quantised; Teachable Machine exports with the labels and preprocessing of their `metadata.json`',
  state: 'runs',
  hasOutputs: true,
  sniff,
};

/** Any `model.json` that begins as TensorFlow.js writes it; other programs use the name too. */
async function sniff(path: string): Promise<ModelSummary | null> {
  if (basename(path).toLowerCase() !== 'model.json') return null;
  const start = await firstBytes(path, 4096);
  if (start === null || !/"(modelTopology|weightsManifest|(layers|graph)-model)"/.test(start))
    return null;
  const folder = dirname(path);
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.bin'));
  const sizes = await Promise.all([basename(path), ...names].map(name => size(join(folder, name))));
  const bytes = sizes.reduce((a, b) => a + b, 0);
  return { path, name: basename(folder), format: tfjs.id, bytes };
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
