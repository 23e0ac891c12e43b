import { stat } from 'node:fs/promises';
import { failure, notice } from '../../protocol/notice.js';
import type { ColumnsOf, OpenLayout } from '../dataset.js';
import { listFolder } from '../listing.js';
import { missingShards, type Shard, shardsOf } from '../shards.js';
import { columnsOfTable } from './askable.js';
import { tableDataset } from './dataset.js';
import type { TableSource } from './source.js';

/** How a layout opens, and what its columns are, that is a file, or a folder of shards whose names have an ending: as a table, closed where it fails. */
export function openSharded(
  layout: { id: string; name: string },
  ending: RegExp,
  openTable: (path: string, shards: readonly Shard[]) => Promise<TableSource>,
): { openDataset: OpenLayout; columnsOf: ColumnsOf } {
  const opened = async (path: string) => {
    const isFolder = (await stat(path)).isDirectory();
    const shards = isFolder ? await shardsOf(path, listFolder, ending) : [{ path, split: null }];
    if (shards.length === 0) throw failure('dataset.unknown', { file: path, layouts: layout.name });
    return { table: await openTable(path, shards), missing: missingShards(shards) };
  };
  return {
    async openDataset(path, options, signal) {
      const { table, missing } = await opened(path);
      try {
        const dataset = await tableDataset(table, layout.id, options, signal);
        if (missing > 0)
          dataset.notices.push(notice('dataset.shardsMissing', { file: path, n: missing }));
        return dataset;
      } catch (error) {
        await table.close?.();
        throw error;
      }
    },
    columnsOf: async (path, options) => columnsOfTable((await opened(path)).table, options),
  };
}
