import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ArrayFile } from '../../arrays/array.js';
import { openArrays } from '../../arrays/open.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import { failure, notice } from '../../protocol/notice.js';
import { arrayDataset } from '../arrays/arrayDataset.js';
import type { SamplePart } from '../arrays/roles.js';
import type { Dataset } from '../dataset.js';
import { idx, idxPairs } from './sniff.js';

/** Opens pairs of IDX files, a split each. */
export async function openDataset(path: string, options: DatasetOptions): Promise<Dataset> {
  const pairs = await idxPairs(path);
  if (pairs.length === 0) throw failure('dataset.noIdxLabels', { file: path });
  const opened: ArrayFile[] = [];
  const open = async (file: string) => {
    const arrays = await openArrays(file);
    opened.push(arrays);
    return arrays;
  };
  try {
    const parts: SamplePart[] = [];
    for (const { split, images, labels } of pairs) {
      const file = await open(images);
      const labelFile = await open(labels);
      parts.push({
        split,
        file,
        samples: file.arrays[0],
        labelFile,
        labels: labelFile.arrays[0].name,
        ids: null,
        groups: null,
      });
    }
    const isEmnist = /emnist/i.test(basename(path));
    const first = basename(path).replace(/[-_]?(train|t10k|test|val)?[-_]?images.*$/i, '');
    return await arrayDataset({
      path,
      layout: idx.id,
      parts,
      options,
      names: await mappedNames(join(dirname(path), `${first}-mapping.txt`)),
      notices: isEmnist ? [notice('dataset.turned', { file: path })] : [],
      turned: isEmnist,
    }).then(dataset => ({ ...dataset, name: first || basename(dirname(path)) }));
  } catch (error) {
    for (const file of opened) await file.close();
    throw error;
  }
}

/** Names of classes as EMNIST's mappings have them: a line for each label, with the code of its character. */
async function mappedNames(file: string): Promise<string[] | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const names: string[] = [];
  for (const line of text.split('\n')) {
    const [label, ...codes] = line.trim().split(/\s+/).map(Number);
    if (codes.length === 0) continue;
    if (!Number.isInteger(label) || label < 0 || label > 10_000 || !codes.every(isCharacter))
      return null;
    names[label] = String.fromCodePoint(codes[0]);
  }
  if (names.length === 0) return null;
  // Letters are numbered from 1: what has no name is called by its number.
  return Array.from(names, (name, label) => name ?? String(label));
}

function isCharacter(code: number): boolean {
  return Number.isInteger(code) && code > 0 && code <= 0x10ffff;
}
