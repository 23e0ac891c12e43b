import type { Blas } from '../../numerics/blas.js';
import { inverseCholesky, TransposedLower } from '../../numerics/inverseCholesky.js';
import { lbfgs } from '../../numerics/lbfgs.js';
import type { FeatureData } from '../passes/featureData.js';
import type { Pace } from '../passes/pace.js';
import { type Standard, standardOf, standardScatter } from './standardise.js';

/** Some standardised samples and their classes. */
export interface Part {
  rows: number;
  /** float32 [rows, k] */
  z: Float32Array;
  /** Classes from 0 on; int32 [rows]. */
  labels: Int32Array;
}

/** A linear head: scores are W z + b. */
export interface Head {
  /** float64 [C, k] */
  weights: Float64Array;
  /** float64 [C] */
  intercepts: Float64Array;
}

/** The variance of a prediction, p (1 - p), that the preconditioner counts with. */
export const typical = 0.03;
/** A gradient that float32 products still get right. */
const coarse = 1e-4;
/** No component of the preconditioned gradient is larger at the end. */
const fine = 1e-7;

/** Coordinates in which the loss is about as steep in all directions: W = V M, MᵀM = (typical ZᵀZ / n + l2 I)⁻¹. */
export interface Coordinates {
  standard: Standard;
  /** M, lower triangular; float64 [k, k]. */
  inverse: Float64Array;
}

export function coordinatesOf(data: FeatureData, l2: number): Promise<Coordinates | null> {
  return data.once(`head coordinates ${l2}`, async () => {
    const moments = await data.moments();
    const standard = await standardOf(data);
    const k = standard.columns.length;
    const scatter = standardScatter(moments, standard);
    for (let at = 0; at < scatter.length; at++) scatter[at] *= typical / data.n;
    for (let j = 0; j < k; j++) scatter[j * k + j] += l2;
    const inverse = await inverseCholesky(scatter, k, data.blas);
    return inverse && { standard, inverse };
  });
}

/**
 * The head of least mean cross-entropy + l2 / 2 ‖W‖² over n samples of C classes, intercepts free, by L-BFGS from `start` or from
 * zero: first with products in float32, then in float64 to a gradient of 1e-7 in the coordinates: 1e-6 of the value. `parts` is gone through once an evaluation.
 * Not `exact`: in float32 alone, to a gradient of 1e-4.
 */
export async function trainHead(
  parts: () => AsyncIterable<Part> | Iterable<Part>,
  n: number,
  classes: number,
  l2: number,
  { inverse }: Coordinates,
  blas: Blas,
  pace: Pace,
  start: Float64Array | null,
  exact = true,
): Promise<{ head: Head; solution: Float64Array }> {
  const k = Math.sqrt(inverse.length);
  const factor = new TransposedLower(inverse, k, blas);
  const square = { data: inverse, rows: k, columns: k };
  const headAt = async (x: Float64Array): Promise<Head> => ({
    weights: await blas.multiply({ data: x, rows: classes, columns: k }, square),
    intercepts: x.subarray(classes * k).map(b => b / Math.sqrt(typical)),
  });
  const objective = (precision: 'single' | 'double') => async (x: Float64Array) => {
    const head = await headAt(x);
    const slope = new Float64Array(classes * k);
    const gradient = new Float64Array(x.length);
    let loss = 0;
    for await (const { rows, z, labels } of parts()) {
      const scores = await scoresOf(head, z, rows, blas, precision);
      loss += softmaxErrors(scores, labels, classes);
      const errors = { data: scores, rows, columns: classes };
      const sum = await blas.multiply(
        errors,
        { data: z, rows, columns: k },
        { transposeA: true, precision },
      );
      for (let at = 0; at < slope.length; at++) slope[at] += sum[at];
      for (let at = 0; at < rows * classes; at++)
        gradient[classes * k + (at % classes)] += scores[at];
      if (pace.due(rows * classes * 10)) await pace.pause();
    }
    let penalty = 0;
    for (let at = 0; at < slope.length; at++) {
      const w = head.weights[at];
      penalty += w * w;
      slope[at] = slope[at] / n + l2 * w;
    }
    gradient.set(await factor.times(slope, classes));
    for (let c = classes * k; c < gradient.length; c++) gradient[c] /= n * Math.sqrt(typical);
    return { value: loss / n + (l2 / 2) * penalty, gradient };
  };
  let x = start ?? new Float64Array(classes * (k + 1));
  const limits = { memory: 10, maxIterations: 500 };
  x = (await lbfgs(objective('single'), x, { ...limits, gradientTolerance: coarse })).x;
  if (exact) x = (await lbfgs(objective('double'), x, { ...limits, gradientTolerance: fine })).x;
  return { head: await headAt(x), solution: x };
}

/** W z + b of rows of z; float64 [rows, C]. */
export async function scoresOf(
  { weights, intercepts }: Head,
  z: Float32Array,
  rows: number,
  blas: Blas,
  precision: 'single' | 'double' = 'double',
): Promise<Float64Array> {
  const classes = intercepts.length;
  const k = weights.length / classes;
  const scores = await blas.multiply(
    { data: z, rows, columns: k },
    { data: weights, rows: classes, columns: k },
    { transposeB: true, precision },
  );
  for (let at = 0; at < scores.length; at++) scores[at] += intercepts[at % classes];
  return scores;
}

/** Makes of scores what the softmax is off the one-hot labels; returns the cross-entropy, summed. */
function softmaxErrors(scores: Float64Array, labels: Int32Array, classes: number): number {
  let loss = 0;
  for (let i = 0, first = 0; i < labels.length; i++, first += classes) {
    let most = scores[first];
    for (let c = 1; c < classes; c++) most = Math.max(most, scores[first + c]);
    const own = scores[first + labels[i]];
    let sum = 0;
    for (let at = first; at < first + classes; at++) {
      const e = Math.exp(scores[at] - most);
      scores[at] = e;
      sum += e;
    }
    for (let at = first; at < first + classes; at++) scores[at] /= sum;
    scores[first + labels[i]] -= 1;
    loss += most + Math.log(sum) - own;
  }
  return loss;
}
