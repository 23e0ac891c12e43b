import { extname } from 'node:path';
import { openArrays } from '../../arrays/open.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import { openArrayFile } from '../arrays/openFile.js';
import type { Dataset } from '../dataset.js';
import { npySet, numpy } from './sniff.js';

/** Opens a NumPy archive, or the NumPy files of a folder that belong together, as a dataset. */
export async function openDataset(path: string, options: DatasetOptions): Promise<Dataset> {
  const set = extname(path).toLowerCase() === '.npy' ? await npySet(path) : undefined;
  return openArrayFile(await openArrays(path, set), numpy.id, options);
}
