import { leadingOf } from '../../numerics/eigen.js';
import { tridiagonalizing } from '../../numerics/tridiagonal.js';
import type { FeatureData } from '../passes/featureData.js';
import { varyingColumns } from './varyingColumns.js';

/** Principal components of a set of features, by falling variance. */
export interface Components {
  count: number;
  /** Σ_i z_ik², that is s_k² of F - mean; float64 [count]. */
  squares: Float64Array;
  /** Σ |x - mean|² over all directions, kept or not. */
  total: number;
  /** z_i, what the samples are in these directions; mean zero; float64 [n, count], row-major. */
  scores: Float64Array;
}

/** Components that measures share: what GBC and NCTI take; PARC takes the first half. */
export const mostComponents = 64;

/**
 * The first 64 principal components, or as many as there are. Components whose square is below n or d times the rounding of the
 * largest are no more than that. The sign of each is such that its loading of largest magnitude is positive.
 */
export function principalComponents(data: FeatureData): Promise<Components> {
  return data.once('principal components', () => componentsOf(data, mostComponents));
}

/** The fewest principal components whose share of Σ |x - mean|² is at least `share`. */
export function componentsOfEnergy(data: FeatureData, share: number): Promise<Components> {
  return data.once(`principal components of ${share}`, async () => {
    let all = await principalComponents(data);
    // How many it takes is not known before they are there.
    for (let most = 4 * mostComponents; ; most *= 4) {
      let energy = 0;
      for (let k = 0; k < all.count; k++) {
        energy += all.squares[k];
        // Where all that is left is rounding, nothing may be missed by rounding.
        if (energy >= share * all.total * (1 - 1e-12)) return firstOf(all, k + 1);
      }
      if (all.count < most / 4 || most / 4 >= data.dimension) return all;
      all = await componentsOf(data, Math.min(most, data.dimension));
    }
  });
}

async function componentsOf(data: FeatureData, most: number): Promise<Components> {
  const { n, dimension: d } = data;
  const { shift, sum, gram } = await data.moments();
  const scatter = gram.slice();
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) scatter[i * d + j] -= (sum[i] * sum[j]) / n;
  const varying = new Set(await varyingColumns(data));
  let total = 0;
  for (let j = 0; j < d; j++) {
    // What summing up left of a constant would be a component like others, were there no larger ones.
    if (!varying.has(j)) for (let k = 0; k < d; k++) scatter[j * d + k] = scatter[k * d + j] = 0;
    total += scatter[j * d + j];
  }
  const form = await data.pace.through(tridiagonalizing(scatter, d));
  const { values, vectors } = await data.pace.through(leadingOf(form, Math.min(most, d)));
  const least = values[0] * Math.max(n, d) * Number.EPSILON;
  let count = 0;
  while (count < Math.min(values.length, n - 1) && values[count] > least) count++;
  const mean = shift.map((m, j) => m + sum[j] / n);
  const scores = await project(data, mean, vectors, count);
  return { count, squares: values.slice(0, count), total, scores };
}

/** (x - mean) along each of `count` directions, one a row of `vectors`; float64 [n, count]. */
async function project(
  data: FeatureData,
  mean: Float64Array,
  vectors: Float64Array,
  count: number,
): Promise<Float64Array> {
  const { n, dimension: d, blas, pace } = data;
  const scores = new Float64Array(n * count);
  if (count === 0) return scores;
  let centred = new Float64Array(0);
  for await (const { start, rows, values } of data.blocks()) {
    if (centred.length < rows * d) centred = new Float64Array(rows * d);
    for (let i = 0, at = 0; i < rows; i++)
      for (let j = 0; j < d; j++, at++) centred[at] = values[at] - mean[j];
    const block = { data: centred.subarray(0, rows * d), rows, columns: d };
    const directions = { data: vectors, rows: count, columns: d };
    scores.set(await blas.multiply(block, directions, { transposeB: true }), start * count);
    if (pace.due(2 * rows * d)) await pace.pause();
  }
  return scores;
}

function firstOf({ count, squares, total, scores }: Components, some: number): Components {
  if (some === count) return { count, squares, total, scores };
  const n = scores.length / count;
  const kept = new Float64Array(n * some);
  for (let i = 0; i < n; i++) kept.set(scores.subarray(i * count, i * count + some), i * some);
  return { count: some, squares: squares.slice(0, some), total, scores: kept };
}
