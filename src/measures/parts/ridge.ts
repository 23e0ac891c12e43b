import { inverseCholesky, TransposedLower } from '../../numerics/inverseCholesky.js';
import {
  eigenvaluesOf,
  solveShifted,
  tridiagonalizing,
  turningTo,
} from '../../numerics/tridiagonal.js';
import type { FeatureData } from '../passes/featureData.js';
import { type Standard, standardise, standardScatter } from './standardise.js';
import type { Targets } from './targets.js';

/** A ridge regression on standardised features with an unpenalised intercept. */
export interface Ridge {
  standard: Standard;
  /** Lower triangular M with Mᵀ M = (ZᵀZ + ridge I)⁻¹; float64 [k, k]. */
  inverse: Float64Array;
  /** One row a target; float64 [C, k]. */
  weights: Float64Array;
  /** h_ii with the intercept; float64 [n]. */
  leverages: Float64Array;
}

/** The penalties that are tried, in units of the mean eigenvalue of ZᵀZ, which is n. */
export const penalties: readonly number[] = Array.from(
  { length: 25 },
  (_, i) => 10 ** (-4 + i / 3),
);

/**
 * Which of the penalties has the smallest generalised cross-validation, the first of equals (Golub, Heath and Wahba 1979):
 * (‖T - A T‖² / n) / (1 - (tr A + 1) / n)², A = Z (ZᵀZ + ridge I)⁻¹ Zᵀ; the one is the intercept. From the tridiagonal form
 * of ZᵀZ, which is made once for all labels, each of them takes O(k) a target.
 */
export async function choosePenalty(
  data: FeatureData,
  standard: Standard,
  targets: Targets,
  products: Float64Array,
): Promise<number> {
  const { n, pace } = data;
  const k = standard.columns.length;
  const { form, eigenvalues } = await data.once('ridge spectrum', async () => {
    const scatter = standardScatter(await data.moments(), standard);
    await pace.pause();
    const form = await pace.through(tridiagonalizing(scatter, k));
    return {
      form,
      eigenvalues: await pace.through(eigenvaluesOf(form.diagonal, form.offDiagonal)),
    };
  });
  const vectors = products.slice();
  await pace.through(turningTo(form, vectors, targets.columns));
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let p = 0; p < penalties.length; p++) {
    const ridge = penalties[p] * n;
    let residual = totalOf(targets);
    for (let c = 0; c < targets.columns; c++) {
      const solved = solveShifted(form, ridge, vectors.subarray(c * k, (c + 1) * k));
      // ‖t - A t‖² = tᵀt - bᵀ(S + ridge)⁻¹ b - ridge ‖(S + ridge)⁻¹ b‖² for b = Zᵀt.
      residual -= solved ? solved.quadratic + ridge * solved.squared : Number.NaN;
    }
    let trace = 1;
    for (const value of eigenvalues) trace += value / (value + ridge);
    const criterion = Math.max(0, residual) / n / (1 - trace / n) ** 2;
    if (criterion < least) [best, least] = [p, criterion];
    if (pace.due(20 * k * targets.columns)) await pace.pause();
  }
  return best;
}

/** Σ ‖t - mean‖² over the set. */
export function totalOf({ square }: Targets): number {
  return square.reduce((sum, s) => sum + s, 0);
}

/** M with Mᵀ M = (ZᵀZ + ridge I)⁻¹. */
export async function inverseFactor(
  data: FeatureData,
  standard: Standard,
  ridge: number,
): Promise<Float64Array | null> {
  const k = standard.columns.length;
  const scatter = standardScatter(await data.moments(), standard);
  for (let j = 0; j < k; j++) scatter[j * k + j] += ridge;
  return inverseCholesky(scatter, k, data.blas);
}

/** One pass: h_ii = z_iᵀ (ZᵀZ + ridge I)⁻¹ z_i + 1/n = ‖M z_i‖² + 1/n. In float64: their errors are the same for all labels. */
export async function leveragesOf(
  data: FeatureData,
  standard: Standard,
  inverse: Float64Array,
): Promise<Float64Array> {
  const k = standard.columns.length;
  const leverages = new Float64Array(data.n).fill(1 / data.n);
  const factor = new TransposedLower(inverse, k, data.blas);
  for await (const { start, rows, values } of data.blocks()) {
    const z = standardise(values, rows, data.dimension, standard, new Float64Array(rows * k));
    const white = await factor.times(z, rows);
    for (let i = 0, at = 0; i < rows; i++) {
      let square = 0;
      for (let j = 0; j < k; j++, at++) square += white[at] * white[at];
      leverages[start + i] += square;
    }
    if (data.pace.due(4 * rows * k)) await data.pace.pause();
  }
  return leverages;
}

/** Σ (t - mean) zᵀ from the targets' products with the features; float64 [C, k]. */
export function standardProducts(
  { columns: count, products }: Targets,
  { columns, scale }: Standard,
  d: number,
): Float64Array {
  const k = columns.length;
  const to = new Float64Array(count * k);
  for (let c = 0, at = 0; c < count; c++)
    for (let j = 0; j < k; j++) to[at++] = products[c * d + columns[j]] / scale[j];
  return to;
}

/** W = Tᵀ Z (ZᵀZ + ridge I)⁻¹; float64 [C, k]. */
export async function weightsOf(
  data: FeatureData,
  inverse: Float64Array,
  products: Float64Array,
  columns: number,
): Promise<Float64Array> {
  const k = Math.sqrt(inverse.length);
  const white = await new TransposedLower(inverse, k, data.blas).times(products, columns);
  return data.blas.multiply(
    { data: white, rows: columns, columns: k },
    { data: inverse, rows: k, columns: k },
  );
}

/** Residuals T - A T of samples whose standardised features are the rows of `z`; float64 [rows, C]. */
export async function residualsOf(
  data: FeatureData,
  targets: Targets,
  weights: Float64Array,
  z: Float64Array | Float32Array,
  sample: (i: number) => number,
  rows: number,
): Promise<Float64Array> {
  const { columns } = targets;
  const k = weights.length / columns;
  const residuals = await data.blas.multiply(
    { data: z, rows, columns: k },
    { data: weights, rows: columns, columns: k },
    { transposeB: true },
  );
  const t = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) {
    targets.centred(sample(i), t, 0);
    for (let c = 0; c < columns; c++, at++) residuals[at] = t[c] - residuals[at];
  }
  return residuals;
}

/** One pass: the squared error of exact leave-one-out predictions, e_i = (T - A T)_i / (1 - h_ii); tells each sample's errors. */
export async function leaveOneOutError(
  data: FeatureData,
  targets: Targets,
  { standard, weights, leverages }: Omit<Ridge, 'inverse'>,
  visit?: (i: number, errors: Float64Array) => void,
): Promise<number> {
  const { columns } = targets;
  const k = standard.columns.length;
  let sum = 0;
  for await (const { start, rows, values } of data.blocks()) {
    const z = standardise(values, rows, data.dimension, standard, new Float64Array(rows * k));
    const errors = await residualsOf(data, targets, weights, z, i => start + i, rows);
    for (let i = 0, at = 0; i < rows; i++) {
      const free = 1 - leverages[start + i];
      for (let c = 0; c < columns; c++, at++) {
        errors[at] /= free;
        sum += errors[at] * errors[at];
      }
      visit?.(start + i, errors.subarray(i * columns, at));
    }
    if (data.pace.due(rows * (k + 2 * columns))) await data.pace.pause();
  }
  return sum;
}
