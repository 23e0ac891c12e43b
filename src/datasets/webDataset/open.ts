import { stat } from 'node:fs/promises';
import { failure, notice } from '../../protocol/notice.js';
import type { OpenLayout } from '../dataset.js';
import { listFolder } from '../listing.js';
import { missingShards, shardsOf } from '../shards.js';
import { tableDataset } from '../table/dataset.js';
import { tarName, webDataset } from './sniff.js';
import { WebDatasetTable } from './source.js';

/** Opens a tar archive, or a folder of them, as labelled samples. */
export const openWebDataset: OpenLayout = async (path, options, signal) => {
  const isFolder = (await stat(path)).isDirectory();
  const shards = isFolder ? await shardsOf(path, listFolder, tarName) : [{ path, split: null }];
  if (shards.length === 0)
    throw failure('dataset.unknown', { file: path, layouts: webDataset.name });
  const table = await WebDatasetTable.open(path, shards);
  try {
    const dataset = await tableDataset(table, webDataset.id, options, signal);
    const missing = missingShards(shards);
    if (missing > 0)
      dataset.notices.push(notice('dataset.shardsMissing', { file: path, n: missing }));
    return dataset;
  } catch (error) {
    await table.close();
    throw error;
  }
};
