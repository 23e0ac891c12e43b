import { stat } from 'node:fs/promises';
import { failure, notice } from '../../protocol/notice.js';
import type { OpenLayout } from '../dataset.js';
import { listFolder } from '../listing.js';
import { missingShards, type Shard, shardsOf } from '../shards.js';
import { tableDataset } from './dataset.js';
import type { TableSource } from './source.js';

/** How a layout opens that is a file, or a folder of shards whose names have an ending: as a table, closed where it fails. */
export function openSharded(
  layout: { id: string; name: string },
  ending: RegExp,
  openTable: (path: string, shards: readonly Shard[]) => Promise<TableSource>,
): OpenLayout {
  return async (path, options, signal) => {
    const isFolder = (await stat(path)).isDirectory();
    const shards = isFolder ? await shardsOf(path, listFolder, ending) : [{ path, split: null }];
    if (shards.length === 0) throw failure('dataset.unknown', { file: path, layouts: layout.name });
    const table = await openTable(path, shards);
    try {
      const dataset = await tableDataset(table, layout.id, options, signal);
      const missing = missingShards(shards);
      if (missing > 0)
        dataset.notices.push(notice('dataset.shardsMissing', { file: path, n: missing }));
      return dataset;
    } catch (error) {
      await table.close?.();
      throw error;
    }
  };
}
