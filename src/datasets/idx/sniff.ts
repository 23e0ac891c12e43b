import { open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ArrayInfo } from '../../arrays/array.js';
import { BadlyPacked, EndsEarly } from '../../arrays/bytes.js';
import { idxArray } from '../../arrays/idx.js';
import type { DatasetSummary, Split } from '../../protocol/found.js';
import { summaryOf } from '../arrays/summary.js';
import type { DatasetLayout, FoundEntry } from '../dataset.js';

export const idx: DatasetLayout = {
  id: 'idx',
  name: 'IDX',
  files:
    '`train-images-idx3-ubyte` beside `train-labels-idx1-ubyte`, and `t10k-…` as test split, gzipped or not: MNIST, Fashion-MNIST, KMNIST, EMNIST (turned upright, with the names of its mapping)',
  named: /images[-.]idx\d-ubyte(\.gz)?$/i,
  sniff,
};

/** Images and labels of one split. */
export interface IdxPair {
  split: Split | null;
  images: string;
  labels: string;
}

const pattern = /^(.*?)(train|t10k|test|val)?[-_]?(images|labels)[-.]idx\d-ubyte(\.gz)?$/i;
const splits: Record<string, Split> = { train: 'train', t10k: 'test', test: 'test', val: 'val' };
const order: (Split | null)[] = ['train', 'val', 'test', null];

/** The pairs of files that one of them belongs to: those of the same folder and the same beginning (`emnist-letters-`). */
export async function idxPairs(path: string): Promise<IdxPair[]> {
  const folder = dirname(path);
  const own = pattern.exec(basename(path))?.[1];
  if (own === undefined) return [];
  const found = new Map<Split | null, Partial<IdxPair>>();
  // Unpacked files go before packed ones of the same name.
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    const [, before, split, what] = pattern.exec(name) ?? [];
    if (before !== own) continue;
    const key = split ? splits[split.toLowerCase()] : null;
    const pair = found.get(key) ?? {};
    pair[what.toLowerCase() as 'images' | 'labels'] ??= join(folder, name);
    found.set(key, pair);
  }
  return order.flatMap(split => {
    const { images, labels } = found.get(split) ?? {};
    return images && labels ? [{ split, images, labels }] : [];
  });
}

async function sniff({ path, kind }: FoundEntry): Promise<DatasetSummary | null> {
  if (kind !== 'file' || !idx.named?.test(basename(path))) return null;
  const pairs = await idxPairs(path);
  // A set of files is one dataset: that of its first images.
  if (pairs[0]?.images !== path) return null;
  const parts: { split: Split | null; samples: ArrayInfo }[] = [];
  for (const { split, images } of pairs) {
    const samples = await headerOf(images);
    if (samples && samples.shape.length > 1) parts.push({ split, samples });
  }
  if (parts.length === 0) return null;
  const name = basename(path).replace(/[-_]?(train|t10k|test|val)?[-_]?images[-.]idx.*$/i, '');
  return { ...summaryOf(path, idx.id, parts), name: name || basename(dirname(path)) };
}

async function headerOf(path: string): Promise<ArrayInfo | null> {
  const file = await open(path).catch(() => null);
  try {
    return file && (await idxArray(path, file));
  } catch (error) {
    if (error instanceof EndsEarly || error instanceof BadlyPacked) return null;
    throw error;
  } finally {
    await file?.close();
  }
}
