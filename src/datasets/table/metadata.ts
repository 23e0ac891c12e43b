import { join } from 'node:path';
import type { Split } from '../../protocol/found.js';
import type { FoundEntry } from '../dataset.js';
import { splitOf, splitOrder } from '../imageFolder/names.js';

const metadata = /^metadata\.(csv|tsv|jsonl)$/i;

/** The table that lies in the folder of a split. */
export interface SplitTable {
  split: Split;
  /** Name of the split's folder. */
  folder: string;
  /** Name of the table in it. */
  file: string;
}

/** Tables named `metadata` in folders that are splits, as Hugging Face's `imagefolder` has them; splits in their usual order. */
export async function metadataOf(path: string, list: FoundEntry['list']): Promise<SplitTable[]> {
  const found: SplitTable[] = [];
  for (const folder of (await list(path)).directories) {
    const split = splitOf(folder);
    const file = split && (await list(join(path, folder))).files.find(name => metadata.test(name));
    if (split && file) found.push({ split, folder, file });
  }
  return found.sort((a, b) => splitOrder.indexOf(a.split) - splitOrder.indexOf(b.split));
}
