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

/** What a measure is computed from. n rows, Ct target classes, Cs source classes. */
export interface MeasureInput {
  blocks: Blocks;
  /** Target class of each row, 0 to Ct - 1; int32 [n]. */
  labels: Int32Array;
  targetClasses: number;
  sourceClasses: number;
  /** Jackknife group of each row, 0 to groupCount - 1; int32 [n]. */
  groups: Int32Array;
  groupCount: number;
}
