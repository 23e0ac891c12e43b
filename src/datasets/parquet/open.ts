import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenLayout } from '../dataset.js';
import { tableDataset } from '../table/dataset.js';
import { shardsIn } from './sniff.js';
import { ParquetTable } from './source.js';

/** Opens a Parquet file, or a folder of the shards of one, as labelled samples. */
export const openParquet: OpenLayout = async (path, options, signal) => {
  const isFolder = (await stat(path)).isDirectory();
  const shards = isFolder ? shardsIn(await readdir(path)) : null;
  const table = await ParquetTable.open(path, shards?.map(name => join(path, name)) ?? [path]);
  return tableDataset(table, 'parquet', options, signal);
};
