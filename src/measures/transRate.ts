import { logDeterminant } from '../numerics/cholesky.js';
import { inverseCholesky } from '../numerics/inverseCholesky.js';
import { eigenvaluesOf, tridiagonalizing } from '../numerics/tridiagonal.js';
import type { FeatureMeasure } from './measure.js';
import { recomputed } from './parts/recompute.js';
import { rowsByClass } from './parts/rowsByClass.js';
import type { FeatureData } from './passes/featureData.js';

/** Distortion ε that features are coded up to; it is part of the definition. */
const distortion = 1e-4;

/**
 * TransRate: how much shorter the code of the features is once the class is known. With Z = F - mean (n x d, centred once, over
 * all classes) and Z_c its rows of class c,
 *
 *   R(Z) = ½ ln det (I + ZᵀZ / (n ε)),   TransRate = R(Z) - Σ_c n_c / n R(Z_c),   ε = 1e-4, in nats.
 *
 * Public code weighs classes by 1 / Ct, or brings the features to a common length first; here, as in the paper, a class weighs
 * its share and features are taken as they are, so their scale counts. Without a group it is computed anew on the rest: the
 * mean of what is left moves the scatter of every class.
 */
export const transRate: FeatureMeasure = {
  id: 'transRate',
  name: 'TransRate',
  family: 'features',
  hint: 'How much shorter a code for the features gets once the class of an image is known. In nats; higher is better, but it also grows with the scale of the features.',
  needs: 'features',
  range: [0, Number.POSITIVE_INFINITY],
  direction: 'higher',
  predicts: 'fine-tuning',
  cost: 'n d² + Ct min(n/Ct, d)³ time, d² memory',
  validity: 'any number of samples',
  source:
    'Huang et al.: Frustratingly Easy Transferability Estimation, ICML 2022 (arXiv 2106.09362), equations 3 to 5, ε = 1e-4',
  async fit(data) {
    return { value: await transRateOf(data), without: recomputed(data, transRateOf) };
  },
};

async function transRateOf(data: FeatureData): Promise<number> {
  const { n, counts } = data;
  const all = await data.once('coding rate', async () => {
    const { gram, sum } = await data.moments();
    const d = sum.length;
    const scatter = gram.slice();
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) scatter[i * d + j] -= (sum[i] * sum[j]) / n;
    return codingRate(scatter, d, n, data);
  });
  const rates = await classRates(data);
  return rates.reduce((value, rate, c) => value - (counts.ofClass[c] / n) * rate, all);
}

/** R(Z_c) of every class; 0 where it has no sample. Scatters of classes are made a few at a time. */
async function classRates(data: FeatureData): Promise<Float64Array> {
  const { n, dimension: d, counts, blas, pace } = data;
  const { shift, sum } = await data.moments();
  const mean = shift.map((m, j) => m + sum[j] / n);
  const rates = new Float64Array(data.targetClasses);
  const scatters = new Map<number, Float64Array>();
  const ofScatter = (samples: number): number => (samples > d ? 2 * d * d : 0);
  for await (const { label, rows, values, last } of rowsByClass(data, ofScatter)) {
    const z = new Float64Array(rows * d);
    for (let i = 0, at = 0; i < rows; i++)
      for (let j = 0; j < d; j++, at++) z[at] = values[at] - mean[j];
    const samples = counts.ofClass[label];
    const matrix = { data: z, rows, columns: d };
    if (samples <= d) {
      // ZᵀZ and ZZᵀ have the same eigenvalues but for zeros.
      const gram = await blas.multiply(matrix, matrix, { transposeB: true });
      rates[label] = await codingRate(gram, rows, samples, data);
    } else {
      const part = await blas.gram(matrix);
      const scatter = scatters.get(label);
      if (scatter) for (let k = 0; k < part.length; k++) scatter[k] += part[k];
      else scatters.set(label, part);
      if (last) {
        rates[label] = await codingRate(scatters.get(label) as Float64Array, d, samples, data);
        scatters.delete(label);
      }
    }
    if (pace.due(rows * d + Math.min(samples, d) ** 3 / 10)) await pace.pause();
  }
  return rates;
}

/** ½ ln det (I + G / (n ε)) for a symmetric positive semidefinite G, size x size. */
export async function codingRate(
  gram: Float64Array,
  size: number,
  n: number,
  { blas, pace }: Pick<FeatureData, 'blas' | 'pace'>,
): Promise<number> {
  const scale = 1 / (n * distortion);
  const a = gram.map(g => g * scale);
  let most = 0;
  for (let i = 0; i < size; i++) {
    most = Math.max(most, a[i * size + i]);
    a[i * size + i] += 1;
  }
  const inverse = most < 1e13 ? await inverseCholesky(a, size, blas) : null;
  if (inverse) return -logDeterminant(inverse, size) / 2;
  // Features so large that beside them the 1 is lost to rounding: a direction without variance must be left out, not guessed.
  const { diagonal, offDiagonal } = await pace.through(tridiagonalizing(gram, size));
  const values = await pace.through(eigenvaluesOf(diagonal, offDiagonal));
  const least = size * Number.EPSILON * values[size - 1];
  return values.reduce((sum, v) => sum + (v > least ? Math.log1p(v * scale) / 2 : 0), 0);
}
