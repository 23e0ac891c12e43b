import type { ContentKind } from './content.js';

/** What discovery says of a model without loading it. */
export interface ModelSummary {
  /** Absolute path of the file (or folder) that is the model. */
  path: string;
  /** Shown name: the file's, or its folder's where the file's says nothing (`model.onnx`). */
  name: string;
  /** Id of the format in `models/index.ts`. */
  format: string;
  /** Bytes on disk, external data included where it is known. */
  bytes: number;
  /** It brings labels of its own, so that it can be scored without a dataset. */
  labelled?: boolean;
}

/** A named part of a dataset, as its layout says. */
export type Split = 'train' | 'val' | 'test';

/** What discovery says of a labelled dataset without opening it. */
export interface DatasetSummary {
  path: string;
  name: string;
  /** Id of the layout in `datasets/index.ts`. */
  layout: string;
  /** What its samples are. */
  content: ContentKind;
  /** Number of target classes; null where only reading the whole file would tell. */
  classes: number | null;
  /** Number of samples, all splits together; null likewise. */
  size: number | null;
  /** Arrays whose names do not say that they are data for a model: they may as well be what a model made of some. */
  open?: true;
  /** Samples of each split; empty where the layout has none. */
  splits: Partial<Record<Split, number>>;
}
