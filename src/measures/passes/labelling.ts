/** Counts of a set of labelled samples: the whole dataset, what is left of it, or one with other labels. */
export interface Counts {
  /** Samples. */
  n: number;
  /** Samples of each target class; int32 [Ct]. */
  ofClass: Int32Array;
  /** Target classes that have a sample. */
  present: number;
}

/** One set of labelled samples whose likelihoods are summed: all of them, all but a group, or all under other labels. */
export interface Labelling {
  /** Target class of every sample, also of those left out; int32 [n]. */
  labels: Int32Array;
  /** Jackknife group that is left out, or -1. */
  leftOut: number;
  counts: Counts;
  /** M(z); float64 [Cs]. */
  marginal: Float64Array;
  /** Where row N(y, .) lies; read it before the next call. */
  row(y: number): RowOfJoint;
}

/** A row of Cs numbers that begins at `at` of `table`. */
export interface RowOfJoint {
  table: Float64Array;
  at: number;
}

/** A labelling whose whole joint is at hand. */
export function denseLabelling(
  labels: Int32Array,
  counts: Counts,
  joint: Float64Array,
  marginal: Float64Array,
): Labelling {
  const row: RowOfJoint = { table: joint, at: 0 };
  return {
    labels,
    leftOut: -1,
    counts,
    marginal,
    row(y) {
      row.at = y * marginal.length;
      return row;
    },
  };
}

/** Samples of each class, those of group `leftOut` not counted. */
export function countClasses(
  labels: Int32Array,
  targetClasses: number,
  groups: Int32Array,
  leftOut = -1,
): Counts {
  const ofClass = new Int32Array(targetClasses);
  let n = 0;
  for (let i = 0; i < labels.length; i++) {
    if (groups[i] === leftOut) continue;
    ofClass[labels[i]]++;
    n++;
  }
  return { n, ofClass, present: ofClass.reduce((sum, c) => sum + (c > 0 ? 1 : 0), 0) };
}
