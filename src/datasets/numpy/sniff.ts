import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { ArrayInfo } from '../../arrays/array.js';
import { predictionArrays } from '../../arrays/predictions.js';
import { peekArrays } from '../../arrays/sniff.js';
import type { DatasetSummary } from '../../protocol/found.js';
import { likelyParts } from '../arrays/columns.js';
import { partsOf, roleOf } from '../arrays/roles.js';
import { summaryOf } from '../arrays/summary.js';
import type { DatasetLayout, FoundEntry } from '../dataset.js';

export const numpy: DatasetLayout = {
  id: 'numpy',
  name: 'NumPy arrays',
  files:
    '`.npz` with `x` and `y` (or `images`, `labels`, `x_train`, …), `.npy` files of these names: images NHWC, NCHW or grey, of whole or real numbers; [n, d] rows of numbers; splits, `ids` and `groups`; where names are others, it is asked which array holds what',
  named: /\.np[yz]$/i,
  sniff,
};

async function sniff({ path, kind }: FoundEntry): Promise<DatasetSummary | null> {
  const extension = extname(path).toLowerCase();
  if (kind !== 'file') return null;
  if (extension === '.npz') {
    const arrays = (await peekArrays(path))?.arrays;
    if (!arrays || predictionArrays(arrays)) return null;
    const { parts } = partsOf(arrays, { columns: {} });
    const likely = parts.length > 0 ? parts : likelyParts(arrays);
    if (likely.length === 0) return null;
    const summary = summaryOf(path, numpy.id, likely);
    return roleOf(likely[0].samples.name) ? summary : { ...summary, open: true };
  }
  if (extension !== '.npy' || roleOf(stemOf(path))?.role !== 'samples') return null;
  const infos: ArrayInfo[] = [];
  for (const [name, file] of await npySet(path)) {
    const array = (await peekArrays(file))?.arrays?.[0];
    if (array) infos.push({ ...array, name });
  }
  const { parts } = partsOf(infos, { columns: {} });
  // A set of files is one dataset: that of its first array of samples.
  if (parts[0]?.samples.name !== stemOf(path)) return null;
  return summaryOf(path, numpy.id, parts);
}

/** Files of a folder of which a user may say which belong together; of more each is a sample, as like as not. */
const mostFiles = 32;

/**
 * The NumPy files of a folder that are named as parts of a dataset, and the one that was asked for, by array name; all of the folder
 * where the name of that one says nothing, for a user to say which are meant.
 */
export async function npySet(path: string): Promise<Map<string, string>> {
  const folder = dirname(path);
  const names = (await readdir(folder).catch(() => [])).filter(n => /\.npy$/i.test(n)).sort();
  const any = roleOf(stemOf(path)) === null && names.length <= mostFiles;
  const set = names.filter(name => any || name === basename(path) || roleOf(stemOf(name)));
  return new Map(set.map(name => [stemOf(name), join(folder, name)]));
}

function stemOf(path: string): string {
  return basename(path, extname(path));
}
