import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColumnsOf, OpenLayout } from '../dataset.js';
import { listFolder } from '../listing.js';
import { columnsOfTable } from './askable.js';
import { openTextTable } from './csv.js';
import { tableDataset } from './dataset.js';
import { JoinedTables } from './joined.js';
import { metadataOf } from './metadata.js';
import type { TableSource } from './source.js';

/** Opens a CSV, TSV or JSON Lines file, or those of the splits of a folder, as labelled samples. */
export const openDataset: OpenLayout = async (path, options, signal) =>
  tableDataset(await openTables(path), 'table', options, signal);

export const columnsOf: ColumnsOf = async (path, options) =>
  columnsOfTable(await openTables(path), options);

async function openTables(path: string): Promise<TableSource> {
  if (!(await stat(path)).isDirectory()) return openTextTable(path);
  const tables = await Promise.all(
    (await metadataOf(path, listFolder)).map(async ({ folder, file, split }) => {
      const table = await openTextTable(join(path, folder, file));
      return { table, split, folder };
    }),
  );
  return new JoinedTables(path, path, tables);
}
