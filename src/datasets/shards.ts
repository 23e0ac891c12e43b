import { basename, dirname, extname, join } from 'node:path';
import type { Split } from '../protocol/found.js';
import type { FoundEntry } from './dataset.js';
import { splitOf, splitOrder } from './imageFolder/names.js';
import { sortNames } from './listing.js';

/** A file of a dataset that may have several. */
export interface Shard {
  path: string;
  split: Split | null;
}

/** `train-00000-of-00002`, `000000`, `shard_0001`. */
const numbered = /^(.*?)[-_]?(\d{3,})(?:-of-(\d{3,})(?:-[0-9a-f]+)?)?$/;

/** A file's name without its ending. */
function stemOf(path: string): string {
  return basename(path, extname(path));
}

/** The split that a file's or folder's name begins with: `train-00000-of-00002.parquet`, `test.parquet`. */
export function splitOfFile(name: string): Split | null {
  return splitOf(stemOf(name).split(/[-_.]/)[0]);
}

/** Shown name of a file or folder: `data` is what folders of shards are called in every dataset. */
export function nameOf(path: string): string {
  const name = /\.(parquet|tar)$/i.test(path) ? stemOf(path) : basename(path);
  return name === 'data' ? basename(dirname(path)) : name;
}

/** Whether a file's name says that it is a part of a dataset: a shard, a split, or what Spark writes. */
export function isShard(name: string): boolean {
  const stem = stemOf(name);
  return numbered.test(stem) || /^part-/.test(stem) || splitOfFile(name) !== null;
}

/**
 * Files with an ending that together are one dataset: those of a folder, of its folder `data`, or of its folders
 * that are splits. Splits in their usual order, files sorted by name within. Empty where there are none.
 */
export async function shardsOf(
  folder: string,
  list: FoundEntry['list'],
  ending: RegExp,
): Promise<Shard[]> {
  const among = (path: string, names: readonly string[], split: Split | null) =>
    sortNames(names.filter(name => ending.test(name) && isShard(name))).map(name => ({
      path: join(path, name),
      split: split ?? splitOfFile(name),
    }));
  const { files, directories } = await list(folder);
  const own = among(folder, files, null);
  if (own.length > 0) return inOrder(own);
  const bySplit: Shard[] = [];
  for (const name of directories) {
    const split = splitOf(name);
    if (!split && name !== 'data') continue;
    const path = join(folder, name);
    const inside = among(path, (await list(path)).files, split);
    if (name === 'data' && inside.length > 0) return inOrder(inside);
    bySplit.push(...inside);
  }
  return inOrder(bySplit);
}

function inOrder(shards: Shard[]): Shard[] {
  const rank = ({ split }: Shard) => (split ? splitOrder.indexOf(split) : -1);
  return shards.sort((a, b) => rank(a) - rank(b));
}

/** Shards that names like `-of-00005` speak of and that are not there. */
export function missingShards(shards: readonly Shard[]): number {
  const series = new Map<string, { of: number; found: number }>();
  for (const { path } of shards) {
    const [, stem, , of] = numbered.exec(stemOf(path)) ?? [];
    if (of === undefined) continue;
    const key = join(dirname(path), `${stem}-${of}`);
    const { found } = series.get(key) ?? { found: 0 };
    series.set(key, { of: Number(of), found: found + 1 });
  }
  let missing = 0;
  for (const { of, found } of series.values()) missing += Math.max(0, of - found);
  return missing;
}
