import type { Blas } from '../../numerics/blas.js';
import type { RowBlock } from './blocks.js';
import type { Pace } from './pace.js';

/** A set of labelled feature vectors, as moments are gathered from it. */
interface LabelledFeatures {
  readonly n: number;
  /** d, the length of a feature vector. */
  readonly dimension: number;
  readonly targetClasses: number;
  /** Target class of each sample; int32 [n]. */
  readonly labels: Int32Array;
  readonly blas: Blas;
  readonly pace: Pace;
  /** The features of all samples in order; each call begins anew. */
  blocks(): AsyncIterable<RowBlock>;
}

/** The samples of one jackknife group, few enough to be held. */
export interface Group {
  count: number;
  /** Target class of each; int32 [count]. */
  labels: Int32Array;
  /** Their features; float32 [count, d]. */
  values: Float32Array;
}

/**
 * Moments of feature vectors about `shift`, which is the mean of all samples: sums of differences stay exact where features
 * have a mean far from zero, and those of what is left without some samples are had by subtraction.
 */
export interface Moments {
  n: number;
  /** What is taken from every feature vector; float64 [d]. */
  shift: Float64Array;
  /** Σ (x - shift): zero, up to rounding, for all samples; float64 [d]. */
  sum: Float64Array;
  /** Σ (x - shift)(x - shift)ᵀ; float64 [d, d], both halves. */
  gram: Float64Array;
  /** Σ |x - shift|² (x - shift); float64 [d]. */
  cubic: Float64Array;
  /** Σ |x - shift|⁴. */
  fourth: number;
}

/** Up to so many rows a product costs less than the matrix that it would be put in. */
const fewRows = 8;

/** Two passes over the features: their mean, then the moments about it. */
export async function gatherMoments(data: LabelledFeatures): Promise<Moments> {
  const { n, dimension: d, pace } = data;
  const shift = new Float64Array(d);
  for await (const { rows, values } of data.blocks()) {
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < d; j++) shift[j] += values[at++];
    if (pace.due(rows * d)) await pace.pause();
  }
  for (let j = 0; j < d; j++) shift[j] /= n;

  const moments: Moments = {
    n,
    shift,
    sum: new Float64Array(d),
    gram: new Float64Array(d * d),
    cubic: new Float64Array(d),
    fourth: 0,
  };
  let centred = new Float64Array(0);
  for await (const { rows, values } of data.blocks()) {
    if (centred.length < rows * d) centred = new Float64Array(rows * d);
    const part = centred.subarray(0, rows * d);
    addLowOrders(moments, values, rows, 1, part);
    add(moments.gram, await data.blas.gram({ data: part, rows, columns: d }), 1);
    if (pace.due(4 * rows * d)) await pace.pause();
  }
  return moments;
}

/** The moments of what is left of `all` without a group, about the same shift. */
export async function momentsWithout(
  all: Moments,
  { count, values }: Group,
  left: Pick<LabelledFeatures, 'n' | 'blas'>,
): Promise<Moments> {
  const d = all.shift.length;
  const moments: Moments = {
    n: left.n,
    shift: all.shift,
    sum: all.sum.slice(),
    gram: all.gram.slice(),
    cubic: all.cubic.slice(),
    fourth: all.fourth,
  };
  const centred = new Float64Array(count * d);
  addLowOrders(moments, values, count, -1, centred);
  if (count > fewRows)
    add(moments.gram, await left.blas.gram({ data: centred, rows: count, columns: d }), -1);
  else subtractSquares(moments.gram, centred, count, d);
  return moments;
}

/** One pass: Σ (x - shift) over the samples of each target class; float64 [Ct, d]. */
export async function gatherClassSums(
  data: LabelledFeatures,
  shift: Float64Array,
): Promise<Float64Array> {
  const sums = new Float64Array(data.targetClasses * data.dimension);
  for await (const { start, rows, values } of data.blocks()) {
    addClassSums(sums, shift, data.labels.subarray(start, start + rows), values, 1);
    if (data.pace.due(rows * data.dimension)) await data.pace.pause();
  }
  return sums;
}

/** The class sums of what is left of `all` without a group. */
export function classSumsWithout(
  all: Float64Array,
  shift: Float64Array,
  { labels, values }: Group,
): Float64Array {
  const sums = all.slice();
  addClassSums(sums, shift, labels, values, -1);
  return sums;
}

function addClassSums(
  sums: Float64Array,
  shift: Float64Array,
  labels: Int32Array,
  values: Float32Array,
  sign: 1 | -1,
): void {
  const d = shift.length;
  for (let i = 0, at = 0; i < labels.length; i++) {
    const to = labels[i] * d;
    for (let j = 0; j < d; j++) sums[to + j] += sign * (values[at++] - shift[j]);
  }
}

/** Adds (`sign` 1) or takes off (-1) some samples in all moments but the Gram matrix; leaves x - shift in `centred`. */
function addLowOrders(
  moments: Moments,
  values: Float32Array,
  rows: number,
  sign: 1 | -1,
  centred: Float64Array,
): void {
  const { shift, sum, cubic } = moments;
  const d = shift.length;
  for (let i = 0; i < rows; i++) {
    const at = i * d;
    let square = 0;
    for (let j = 0; j < d; j++) {
      const x = values[at + j] - shift[j];
      centred[at + j] = x;
      sum[j] += sign * x;
      square += x * x;
    }
    moments.fourth += sign * square * square;
    for (let j = 0; j < d; j++) cubic[j] += sign * square * centred[at + j];
  }
}

/** A -= ZᵀZ, without a matrix in between. */
function subtractSquares(a: Float64Array, z: Float64Array, rows: number, d: number): void {
  for (let i = 0; i < d; i++)
    for (let r = 0; r < rows; r++) {
      const factor = z[r * d + i];
      for (let at = i * d, from = r * d; from < (r + 1) * d; at++, from++)
        a[at] -= factor * z[from];
    }
}

function add(to: Float64Array, from: Float64Array, sign: 1 | -1): void {
  for (let k = 0; k < to.length; k++) to[k] += sign * from[k];
}
