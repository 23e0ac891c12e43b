import { open } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { TransferLensError } from '../protocol/notice.js';
import type { ArrayInfo } from './array.js';
import { isOutputsNpy, npyGroup } from './npyGroup.js';
import { npyArray, npzArrays } from './npz.js';
import { type PredictionArrays, predictionArrays } from './predictions.js';
import { safetensorsArrays } from './safetensors.js';

/** The header of a safetensors file with a few arrays is shorter; that of a network's weights may be any length. */
const mostHeaderBytes = 64 << 10;

/** What a look at the headers of a file of arrays told. */
export interface Peeked {
  /** Null where it is damaged, or has more arrays than data have. */
  arrays: ArrayInfo[] | null;
  bytes: number;
}

/** Looks at the headers of a file of arrays, a few KB; null where it cannot be looked at. */
export async function peekArrays(path: string): Promise<Peeked | null> {
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const entry = await file.stat();
    if (!entry.isFile()) return null;
    return { arrays: await arraysIn(), bytes: entry.size };
  } catch (error) {
    if (error instanceof TransferLensError) return { arrays: null, bytes: 0 };
    return null;
  } finally {
    await file.close();
  }

  async function arraysIn() {
    if (!file) return null;
    switch (extname(path).toLowerCase()) {
      case '.npz':
        return npzArrays(path, file);
      case '.safetensors':
        return safetensorsArrays(path, file, mostHeaderBytes);
      default: {
        const array = await npyArray(file, basename(path, extname(path)));
        return array ? [array] : null;
      }
    }
  }
}

/** What is known of a file with predictions without opening it. */
export interface PeekedPredictions {
  /** Null where the file is damaged. */
  found: PredictionArrays | null;
  bytes: number;
}

/**
 * Whether a file holds predictions, by its name and its headers; null where it does not.
 * A NumPy file of one array is taken for outputs by its name (`probs.npy`), or by a sidecar of its own beside it.
 */
export async function peekPredictions(path: string): Promise<PeekedPredictions | null> {
  const extension = extname(path).toLowerCase();
  if (extension === '.npz' || extension === '.safetensors') {
    const peeked = await peekArrays(path);
    if (!peeked) return null;
    const { arrays, bytes } = peeked;
    if (arrays === null) return extension === '.npz' ? { found: null, bytes } : null;
    const found = predictionArrays(arrays);
    return found && { found, bytes };
  }
  if (extension !== '.npy' || !(isOutputsNpy(path) || (await hasSidecar(path)))) return null;
  const group = await npyGroup(path);
  const infos: ArrayInfo[] = [];
  let bytes = 0;
  for (const [name, file] of group) {
    const peeked = await peekArrays(file);
    if (peeked?.arrays) infos.push({ ...peeked.arrays[0], name });
    bytes += peeked?.bytes ?? 0;
  }
  const [outputs] = group.keys();
  return { found: predictionArrays(infos, { outputs }), bytes };
}

async function hasSidecar(path: string): Promise<boolean> {
  const sidecar = `${basename(path, extname(path))}.transferlens.json`;
  const file = await open(join(dirname(path), sidecar)).catch(() => null);
  await file?.close();
  return file !== null;
}
