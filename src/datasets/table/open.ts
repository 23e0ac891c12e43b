import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenLayout } from '../dataset.js';
import { listFolder } from '../listing.js';
import { openTextTable } from './csv.js';
import { tableDataset } from './dataset.js';
import { JoinedTables } from './joined.js';
import { metadataOf } from './metadata.js';

/** Opens a CSV, TSV or JSON Lines file, or those of the splits of a folder, as labelled samples. */
export const openDataset: OpenLayout = async (path, options, signal) => {
  if (!(await stat(path)).isDirectory())
    return tableDataset(await openTextTable(path), 'table', options, signal);
  const tables = await Promise.all(
    (await metadataOf(path, listFolder)).map(async ({ folder, file, split }) => {
      const table = await openTextTable(join(path, folder, file));
      return { table, split, folder };
    }),
  );
  return tableDataset(new JoinedTables(path, path, tables), 'table', options, signal);
};
