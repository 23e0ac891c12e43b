import { openSharded } from '../table/sharded.js';
import { tarName, webDataset } from './sniff.js';
import { WebDatasetTable } from './source.js';

/** Opens a tar archive, or a folder of them, as labelled samples. */
export const { openDataset, columnsOf } = openSharded(webDataset, tarName, WebDatasetTable.open);
