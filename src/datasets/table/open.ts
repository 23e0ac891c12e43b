import type { OpenLayout } from '../dataset.js';
import { openTextTable } from './csv.js';
import { tableDataset } from './dataset.js';

/** Opens a CSV, TSV or JSON Lines file as labelled samples. */
export const openTable: OpenLayout = async (path, options, signal) =>
  tableDataset(await openTextTable(path), 'table', options, signal);
