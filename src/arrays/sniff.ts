import { open, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { TransferLensError } from '../protocol/notice.js';
import type { ArrayInfo } from './array.js';
import { namedColumns } from './columnNames.js';
import { isOutputsNpy, npyGroup } from './npyGroup.js';
import { npyArray, npzArrays } from './npz.js';
import { type Chosen, predictionArrays } from './predictions.js';
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
  /** Whether it has labels. */
  labelled: boolean;
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
    // What is damaged is still one, so that opening it can say so.
    if (arrays === null) return extension === '.npz' ? { labelled: false, bytes } : null;
    const found = predictionArrays(arrays, (await chosenIn(path)) ?? {});
    return found && { labelled: found.labels !== null, bytes };
  }
  if (/^\.(parquet|arrow|feather|ipc)$/.test(extension)) return peekColumns(path);
  if (extension !== '.npy') return null;
  if (!isOutputsNpy(path) && !(await chosenIn(path))) return null;
  const group = await npyGroup(path);
  const infos: ArrayInfo[] = [];
  let bytes = 0;
  for (const [name, file] of group) {
    const peeked = await peekArrays(file);
    if (peeked?.arrays) infos.push({ ...peeked.arrays[0], name });
    bytes += peeked?.bytes ?? 0;
  }
  const [outputs] = group.keys();
  return { labelled: predictionArrays(infos, { outputs })?.labels != null, bytes };
}

async function peekColumns(path: string): Promise<PeekedPredictions | null> {
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const entry = await file.stat();
    const named = entry.isFile() ? await namedColumns(file) : null;
    if (!named) return null;
    const chosen = await chosenIn(path);
    if (!named.predictions && !chosen) return null;
    return { labelled: named.labels || chosen?.labels !== undefined, bytes: entry.size };
  } finally {
    await file.close();
  }
}

/** What the sidecar of a file of its own says of its arrays; null where there is none that can be read. */
export async function chosenIn(path: string): Promise<Chosen | null> {
  const of = (name: string) => join(dirname(path), `${name}.transferlens.json`);
  try {
    const text = await readFile(of(basename(path, extname(path))), 'utf8').catch(() =>
      readFile(of(basename(path)), 'utf8'),
    );
    const { output, features, targets, ids } = JSON.parse(text);
    const chosen = { outputs: output, features, labels: targets, ids };
    return Object.fromEntries(
      Object.entries(chosen).filter(([, name]) => typeof name === 'string'),
    );
  } catch {
    return null;
  }
}
