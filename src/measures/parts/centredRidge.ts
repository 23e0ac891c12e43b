import { rotation } from '../../numerics/rotation.js';
import { tridiagonalizing } from '../../numerics/tridiagonal.js';
import type { FeatureData } from '../passes/featureData.js';

/**
 * What ridge regressions on one set of features have in common, whatever their targets and penalties: with Z the centred
 * features (n x d) and m their mean, ZᵀZ = Q T Qᵀ, or ZZᵀ + lift 11ᵀ/n = Q T Qᵀ where samples are no more than dimensions.
 * Penalties r I then cost O(size) a vector, and nothing is lost to rounding where features can fit any labels.
 */
export interface CentredRidge {
  n: number;
  /** Whether T is that of ZZᵀ. */
  dual: boolean;
  /** n if dual, else d. */
  size: number;
  diagonal: Float64Array;
  offDiagonal: Float64Array;
  /** Q; float64 [size, size]. */
  rotation: Float64Array;
  /** QᵀZm if dual, else Qᵀm. */
  mean: Float64Array;
  /** ‖m‖² */
  meanSquare: number;
  /** Eigenvalue given to the direction of ones, in which ZZᵀ has none; orthogonal to all that is asked. */
  lift: number;
  /** Σ ‖x‖² over the samples: no eigenvalue of FᵀF is larger. */
  total: number;
}

/** A jackknife group in the basis of T. */
export interface GroupRows {
  /** Its samples, counted within the set. */
  members: Int32Array;
  /** QᵀZ_gᵀ, or its rows of Q as columns if dual; float64 [size, members]. */
  columns: Float64Array;
}

/** Label-free, so also label permutations share it. */
export function centredRidge(data: FeatureData): Promise<CentredRidge> {
  return data.once('centred ridge', () =>
    data.n <= data.dimension ? dualRidge(data) : primalRidge(data),
  );
}

async function primalRidge(data: FeatureData): Promise<CentredRidge> {
  const { n, dimension: d, blas } = data;
  const moments = await data.moments();
  let trace = -dot(moments.sum, moments.sum) / n;
  for (let j = 0; j < d; j++) trace += moments.gram[j * d + j];
  // No name for the scatter: what an async function names is kept to its end.
  const t = await data.pace.through(tridiagonalizing(centredGram(moments.gram, moments.sum, n), d));
  await data.pace.pause();
  const turn = await rotation(t, blas);
  const m = moments.shift.map((value, j) => value + moments.sum[j] / n);
  return {
    ...{ n, dual: false, size: d, diagonal: t.diagonal, offDiagonal: t.offDiagonal },
    rotation: turn,
    mean: await blas.multiply(row(m), square(turn, d)),
    meanSquare: dot(m, m),
    lift: 0,
    total: trace + n * dot(m, m),
  };
}

async function dualRidge(data: FeatureData): Promise<CentredRidge> {
  const { n, blas } = data;
  const { form, along, mean, trace, lift } = await tridiagonalKernel(data);
  await data.pace.pause();
  const turn = await rotation(form, blas);
  return {
    ...{ n, dual: true, size: n, diagonal: form.diagonal, offDiagonal: form.offDiagonal },
    rotation: turn,
    mean: await blas.multiply(row(along), square(turn, n)),
    meanSquare: dot(mean, mean),
    lift,
    total: trace + n * dot(mean, mean),
  };
}

/** The tridiagonal form of the lifted ZZᵀ, its trace without the lift, and Zm. */
async function tridiagonalKernel(data: FeatureData) {
  const { n, dimension: d, blas } = data;
  const { rows: z, mean } = await centredRows(data);
  const matrix = { data: z, rows: n, columns: d };
  const kernel = await blas.multiply(matrix, matrix, { transposeB: true });
  const along = await blas.multiply(row(mean), matrix, { transposeB: true });
  let trace = 0;
  for (let i = 0; i < n; i++) trace += kernel[i * n + i];
  const lift = trace / n || 1;
  for (let k = 0; k < n * n; k++) kernel[k] += lift / n;
  const form = await data.pace.through(tridiagonalizing(kernel, n));
  return { form, along, mean, trace, lift };
}

/** All samples about their mean: only where they are few. */
async function centredRows(data: FeatureData) {
  const { n, dimension: d } = data;
  const rows = new Float64Array(n * d);
  const mean = new Float64Array(d);
  for await (const block of data.blocks())
    rows.set(block.values.subarray(0, block.rows * d), block.start * d);
  for (let k = 0; k < n * d; k++) mean[k % d] += rows[k];
  for (let j = 0; j < d; j++) mean[j] /= n;
  for (let k = 0; k < n * d; k++) rows[k] -= mean[k % d];
  return { rows, mean };
}

/** Σ (x - mean)(x - mean)ᵀ of n samples from their Gram matrix and sum about any shift. */
export function centredGram(gram: Float64Array, sum: Float64Array, n: number): Float64Array {
  const d = sum.length;
  const centred = gram.slice();
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) centred[i * d + j] -= (sum[i] * sum[j]) / n;
  return centred;
}

/** A jackknife group in the basis of T. */
export function groupRows(ridge: CentredRidge, data: FeatureData, of: number): Promise<GroupRows> {
  return data.onceOfGroup(of, 'rows in the basis', () => turnGroup(ridge, data, of));
}

async function turnGroup(ridge: CentredRidge, data: FeatureData, of: number): Promise<GroupRows> {
  const { rows, starts } = await data.rowsByGroup();
  const members = rows.slice(starts[of], starts[of + 1]);
  const { size, rotation: q } = ridge;
  const count = members.length;
  if (ridge.dual) {
    const columns = new Float64Array(size * count);
    for (let k = 0; k < count; k++)
      for (let i = 0; i < size; i++) columns[i * count + k] = q[members[k] * size + i];
    return { members, columns };
  }
  const z = await groupAboutMean(data, of);
  const columns = await data.blas.multiply(
    square(q, size),
    { data: z, rows: count, columns: size },
    { transposeA: true, transposeB: true },
  );
  return { members, columns };
}

/** The samples of a jackknife group about the mean of all; float64 [members, d]. */
export async function groupAboutMean(data: FeatureData, of: number): Promise<Float64Array> {
  const { shift, sum } = await data.moments();
  const { values } = await data.group(of);
  const d = shift.length;
  const m = shift.map((value, j) => value + sum[j] / data.n);
  const z = new Float64Array(values.length);
  for (let at = 0; at < z.length; at += d)
    for (let j = 0; j < d; j++) z[at + j] = values[at + j] - m[j];
  return z;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function row(data: Float64Array) {
  return { data, rows: 1, columns: data.length };
}

function square(data: Float64Array, size: number) {
  return { data, rows: size, columns: size };
}
