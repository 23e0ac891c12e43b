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

/** Every layout of labelled data that is known, most specific first. Another one is a line here and one in `open.ts`. */
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
