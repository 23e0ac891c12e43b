import { open } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { noOptions } from '../../protocol/datasetOptions.js';
import type { DatasetSummary } from '../../protocol/found.js';
import type { DatasetLayout, FoundEntry } from '../dataset.js';
import { sortNames } from '../listing.js';

export const parquet: DatasetLayout = {
  id: 'parquet',
  name: 'Parquet',
  files:
    '`.parquet` as of Hugging Face datasets, also shards of one table and splits by file name: images as bytes or paths, texts, numbers; class names from its metadata; snappy, gzip, zstd, brotli, lz4',
  named: /\.parquet$/i,
  sniff,
};

const shard = /^(.*?)[-_.]?\d+-of-\d+\.parquet$/i;

/** Files of one table in a folder: those that are numbered as shards; null where there are none. */
export function shardsIn(files: readonly string[]): string[] | null {
  const found = files.filter(name => shard.test(name));
  return found.length > 0 ? sortNames(found) : null;
}

/** A Parquet file with labelled rows, or a folder of numbered shards of one. Reads the end of files, where their columns are. */
async function sniff({ path, kind, list }: FoundEntry): Promise<DatasetSummary | null> {
  const files =
    kind === 'directory'
      ? shardsIn((await list(path)).files)?.map(name => join(path, name))
      : parquet.named?.test(path) && !shard.test(basename(path))
        ? [path]
        : null;
  if (!files || !(await isParquet(files[0]))) return null;
  try {
    const [{ ParquetTable }, { chooseRoles }] = await Promise.all([
      import('./source.js'),
      import('../table/columns.js'),
    ]);
    const table = await ParquetTable.open(path, files);
    const roles = chooseRoles(path, table.columns, await table.head(20), noOptions);
    const names = roles.label === null ? null : table.classNames(table.columns[roles.label]);
    return {
      path,
      name: kind === 'directory' ? basename(path) : basename(path, extname(path)),
      layout: parquet.id,
      content: roles.content,
      classes: names?.length ?? null,
      size: table.size,
      splits: {},
    };
  } catch {
    return null;
  }
}

async function isParquet(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (!file) return false;
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(4), position: 0 });
    return buffer.toString('latin1') === 'PAR1';
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
