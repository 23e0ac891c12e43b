import { inverseCholesky, TransposedLower } from '../numerics/inverseCholesky.js';
import type { FeatureMeasure } from './measure.js';
import { type Judged, judgedScore } from './parts/heldOut.js';
import { ledoitWolf } from './parts/scatter.js';
import type { FeatureData } from './passes/featureData.js';

/**
 * Linear discriminant analysis, every sample judged by the means and the pooled covariance of the others. W is the scatter within
 * classes, a its Ledoit-Wolf shrinkage, ρ = a tr W / (n d), C = (1 - a) W / (n - 1) + ρ I, and a class scores
 * ln(n_c / n) - ½ (x - m_c)ᵀ C⁻¹ (x - m_c). Without sample i, W loses n_c / (n_c - 1) r_i r_iᵀ (r_i = x_i - m_c, its own class), so one
 * factorisation and Sherman and Morrison's formula serve all samples exactly; a, ρ and the priors stay those of all samples. A
 * class that is empty without i has the mean of all others. Value: mean log-likelihood.
 *
 * Without a group everything is computed anew on the rest where groups x (n d² + d³) allows it (5e11). Beyond, the samples'
 * log-likelihoods are held and the group is left out of their mean: what its samples teach the classifier is then left out.
 */
export const lda: FeatureMeasure = {
  id: 'lda',
  name: 'LDA',
  family: 'probe',
  hint: 'How well Gaussian classes with one common spread, in the model’s features, predict your labels, each image judged without itself. Mean log-likelihood in nats; higher is better.',
  needs: 'features',
  range: [Number.NEGATIVE_INFINITY, 0],
  direction: 'higher',
  unit: 'nats',
  predicts: 're-trained head',
  cost: 'n d² + d³ + n d Ct time, d² memory',
  validity: 'some class has two samples that differ',
  source:
    'Hastie, Tibshirani and Friedman: The Elements of Statistical Learning, 2nd edition, equation 4.10; shrinkage by Ledoit and Wolf, J. Multivariate Anal. 88 (2004)',
  fit: data =>
    judgedScore(data, group => judge(group < 0 ? data : data.without(group)), operationsOf(data)),
};

function operationsOf({ n, dimension: d }: FeatureData): number {
  return n * d ** 2 + 2 * d ** 3;
}

/** Null where classes have no spread, or there are none to tell apart. */
async function judge(data: FeatureData): Promise<Judged | null> {
  const { n, dimension: d, labels, targetClasses, counts, blas, pace } = data;
  if (counts.present < 2) return null;
  const { shift, sum, gram } = await data.moments();
  const means = await classMeans(data);
  const { trace, fourth } = await within(data, shift, means);
  const total = diagonalSum(gram, d);
  if (!(trace > 1e-24 * total)) return null;
  // W is the scatter about the shift less that of the means, each as often as its class has samples.
  const weighted = means.map((v, at) => v * Math.sqrt(counts.ofClass[Math.floor(at / d)]));
  const between = await blas.gram({ data: weighted, rows: targetClasses, columns: d });
  // In the place of the means' own.
  const scatter = between;
  let square = 0;
  for (let at = 0; at < scatter.length; at++) {
    scatter[at] = gram[at] - between[at];
    square += scatter[at] ** 2;
  }
  const shrinkage = ledoitWolf({ n, dimension: d, trace, square, fourth });
  const ridge = (shrinkage * trace) / n / d;
  const part = (1 - shrinkage) / (n - 1);
  for (let at = 0; at < scatter.length; at++) scatter[at] *= part;
  for (let j = 0; j < d; j++) scatter[j * d + j] += ridge;
  const inverse = await inverseCholesky(scatter, d, blas);
  if (!inverse) return null;

  const factor = new TransposedLower(inverse, d, blas);
  // All about the mean of all samples, which a class of one sample falls back to.
  const centre = shift.map((v, j) => v + sum[j] / n);
  for (let at = 0; at < means.length; at++) means[at] -= sum[at % d] / n;
  const v = await factor.times(means, targetClasses);
  const white = { data: v, rows: targetClasses, columns: d };
  const vv = await blas.multiply(white, white, { transposeB: true });
  const prior = Float64Array.from(counts.ofClass, count => Math.log(count / n));
  const logLikelihoods = new Float64Array(n);
  const predicted = new Int32Array(n);
  const scores = new Float64Array(targetClasses);
  for await (const { start, rows, values } of data.blocks()) {
    const x = new Float64Array(rows * d);
    for (let i = 0, at = 0; i < rows; i++)
      for (let j = 0; j < d; j++, at++) x[at] = values[at] - centre[j];
    const u = await factor.times(x, rows);
    const uv = await blas.multiply({ data: u, rows, columns: d }, white, { transposeB: true });
    for (let i = 0; i < rows; i++) {
      const own = labels[start + i];
      const count = counts.ofClass[own];
      let uu = 0;
      let rr = 0;
      for (let j = 0; j < d; j++) {
        const value = u[i * d + j];
        uu += value * value;
        rr += (value - v[own * d + j]) ** 2;
      }
      const factorOfMean = count > 1 ? count / (count - 1) : n / (n - 1);
      const share = count > 1 ? part * factorOfMean : 0;
      const gain = share / (1 - share * rr);
      const at = i * targetClasses;
      const row = own * targetClasses;
      for (let k = 0; k < targetClasses; k++) {
        const overlap = rr + uv[at + own] - vv[row + own] - (uv[at + k] - vv[row + k]);
        let distance = uu - 2 * uv[at + k] + vv[k * targetClasses + k] + gain * overlap ** 2;
        if (k === own) distance = factorOfMean ** 2 * (count > 1 ? rr + gain * rr * rr : uu);
        scores[k] = prior[k] - distance / 2;
      }
      const best = firstLargest(scores);
      predicted[start + i] = best;
      let sumOfAll = 0;
      for (const score of scores) sumOfAll += Math.exp(score - scores[best]);
      logLikelihoods[start + i] = scores[own] - scores[best] - Math.log(sumOfAll);
    }
    if (pace.due(rows * (3 * d + 4 * targetClasses))) await pace.pause();
  }
  return { logLikelihoods, predicted, details: { shrinkage } };
}

/** Means of the classes less the shift, zero where there is no sample; float64 [Ct, d]. */
async function classMeans(data: FeatureData): Promise<Float64Array> {
  const { dimension: d, counts } = data;
  const sums = await data.classSums();
  return sums.map((v, at) => v / Math.max(1, counts.ofClass[Math.floor(at / d)]));
}

/** One pass: Σ ‖x - m_c‖² and Σ ‖x - m_c‖⁴. */
async function within(data: FeatureData, shift: Float64Array, means: Float64Array) {
  const { dimension: d, labels, pace } = data;
  let trace = 0;
  let fourth = 0;
  for await (const { start, rows, values } of data.blocks()) {
    for (let i = 0, at = 0; i < rows; i++) {
      const mean = labels[start + i] * d;
      let square = 0;
      for (let j = 0; j < d; j++, at++) square += (values[at] - shift[j] - means[mean + j]) ** 2;
      trace += square;
      fourth += square * square;
    }
    if (pace.due(rows * d)) await pace.pause();
  }
  return { trace, fourth };
}

function diagonalSum(a: Float64Array, size: number): number {
  let sum = 0;
  for (let j = 0; j < size; j++) sum += a[j * size + j];
  return sum;
}

function firstLargest(values: Float64Array): number {
  let best = 0;
  for (let c = 1; c < values.length; c++) if (values[c] > values[best]) best = c;
  return best;
}
