import type { Blas } from '../../numerics/blas.js';

/** Some consecutive rows of what a source model said about the target dataset. */
export interface Block {
  /** Index of the block's first row. */
  start: number;
  rows: number;
  /** Dummy label distributions θ(x): rows x source classes, row-major; each row sums to one. */
  probabilities: Float64Array | Float32Array;
}

/** All rows in order, a few MB a block; may be iterated several times, and each time yields the same. */
export interface Blocks extends AsyncIterable<Block> {}

/** Some of the rows of a table that were asked for, in the order that they were asked for in. */
export interface RowBlock {
  /** Position of the block's first row among those asked for. */
  start: number;
  rows: number;
  /** float32 [rows, columns], row-major; good until the next block is asked for. */
  values: Float32Array;
}

/** What a source model left for each row besides probabilities: penultimate features ω(x), or logits. */
export interface RowTable {
  columns: number;
  /** Those rows, a few MB a block. */
  read(rows: Int32Array): AsyncIterable<RowBlock>;
}

/** Labels that are numbers: one or several for each row. */
export interface Numbers {
  columns: number;
  /** float64 [n, columns], row-major. */
  values: Float64Array;
}

/** What a measure is computed from. n rows, Ct target classes, Cs source classes. */
export interface MeasureInput {
  blocks: Blocks;
  /** Target class of each row, 0 to Ct - 1; int32 [n]. */
  labels: Int32Array;
  targetClasses: number;
  /** Labels that are numbers; each row then is of the one class 0. Null or left out: labels are classes. */
  numbers?: Numbers | null;
  sourceClasses: number;
  /** Jackknife group of each row, 0 to groupCount - 1; int32 [n]. */
  groups: Int32Array;
  groupCount: number;
  /** Whether groups are of samples that belong together (a patient's, a scene's), so that samples are not independent. */
  clustered?: boolean;
  /** Penultimate features; null where the model has none. */
  features?: RowTable | null;
  /** Outputs before the softmax; null where the model gives probabilities. */
  logits?: RowTable | null;
  /** What multiplies matrices; plain JavaScript where nothing faster is handed in. */
  blas?: Blas;
  /** What is known of the model itself, whatever the data. */
  facts?: ModelFacts;
}

/** What static baselines rank models by. */
export interface ModelFacts {
  /** Weights of the model; null where they cannot be counted. */
  parameters: number | null;
  /** Bytes of the model's files. */
  fileSize: number | null;
  /** Accuracy on its source task, 0 to 1, where the model's metadata gives it. */
  sourceAccuracy: number | null;
}
