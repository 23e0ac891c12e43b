import { extname } from 'node:path';
import type { ArrayFile } from '../../arrays/array.js';
import { openArrays } from '../../arrays/open.js';
import { columnsOfArrays } from '../arrays/columns.js';
import { openArrayFile } from '../arrays/openFile.js';
import type { ColumnsOf, OpenLayout } from '../dataset.js';
import { npySet, numpy } from './sniff.js';

/** Opens a NumPy archive, or the NumPy files of a folder that belong together, as a dataset. */
export const openDataset: OpenLayout = async (path, options) =>
  openArrayFile(await openSet(path), numpy.id, options);

export const columnsOf: ColumnsOf = async (path, options) => {
  const file = await openSet(path);
  await file.close();
  return columnsOfArrays(file.arrays, options);
};

async function openSet(path: string): Promise<ArrayFile> {
  const set = extname(path).toLowerCase() === '.npy' ? await npySet(path) : undefined;
  return openArrays(path, set);
}
