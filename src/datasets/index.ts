import { cifar } from './cifar/sniff.js';
import type { DatasetLayout } from './dataset.js';
import { hdf5 } from './hdf5/sniff.js';
import { idx } from './idx/sniff.js';
import { imageFolder } from './imageFolder/sniff.js';
import { numpy } from './numpy/sniff.js';
import { parquet } from './parquet/sniff.js';
import { predictionRows } from './predictions/sniff.js';
import { table } from './table/sniff.js';
import { webDataset } from './webDataset/sniff.js';

export { isImage } from './imageFolder/names.js';
export { byCodePoint, emptyListing, listFolder } from './listing.js';

/**
 * The table of layouts of labelled data, the most specific first. A layout `x` is a folder `x/` whose `sniff.ts` exports the line
 * below and whose `open.ts` exports `openDataset`, an `OpenLayout`; `open.ts` beside this file finds that by the layout's id.
 */
export const datasetLayouts: readonly DatasetLayout[] = [
  cifar,
  predictionRows,
  numpy,
  idx,
  hdf5,
  parquet,
  webDataset,
  // Before image folders: `train/` and `test/` with a table of labels in each are splits, not classes.
  table,
  imageFolder,
];
