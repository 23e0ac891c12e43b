import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatasetSummary, Split } from '../../protocol/found.js';
import type { DatasetLayout, FoundEntry } from '../dataset.js';

export const cifar: DatasetLayout = {
  id: 'cifar',
  name: 'CIFAR binary',
  files:
    'the folder of CIFAR-10 (`data_batch_1.bin`, …, `test_batch.bin`) or CIFAR-100 (`train.bin`, `test.bin`; fine or coarse labels: which is asked, or said by `--columns label=coarse`), with the names of their label files',
  sniff,
};

/** The binary files of a folder, and how their records begin. */
export interface CifarFiles {
  /** Bytes before the pixels: one label, or a coarse and a fine one. */
  labels: 1 | 2;
  files: { name: string; split: Split }[];
}

/** Pixels of an image: 32 x 32, red plane first, then green, then blue. */
export const pixelBytes = 3072;

/** Which of the files of a folder are CIFAR's; null where it is no such folder. */
export function cifarFiles(names: readonly string[]): CifarFiles | null {
  const batches = names.filter(name => /^data_batch_\d+\.bin$/.test(name)).sort();
  const test = names.filter(name => name === 'test_batch.bin');
  if (batches.length > 0)
    return {
      labels: 1,
      files: [
        ...batches.map(name => ({ name, split: 'train' as const })),
        ...test.map(name => ({ name, split: 'test' as const })),
      ],
    };
  if (!names.includes('train.bin') || !names.includes('fine_label_names.txt')) return null;
  const files = (['train', 'test'] as const).map(split => ({ name: `${split}.bin`, split }));
  return { labels: 2, files: files.filter(({ name }) => names.includes(name)) };
}

async function sniff({ path, kind, list }: FoundEntry): Promise<DatasetSummary | null> {
  if (kind !== 'directory') return null;
  const found = cifarFiles((await list(path)).files);
  if (!found) return null;
  const splits: DatasetSummary['splits'] = {};
  let size = 0;
  for (const { name, split } of found.files) {
    const bytes = (await stat(join(path, name)).catch(() => null))?.size ?? 0;
    const rows = Math.floor(bytes / (pixelBytes + found.labels));
    splits[split] = (splits[split] ?? 0) + rows;
    size += rows;
  }
  return {
    path,
    name: basename(path),
    layout: cifar.id,
    content: 'image',
    // Whether its 100 or its 20 classes are meant is asked.
    classes: found.labels === 1 ? 10 : null,
    size,
    splits,
  };
}
