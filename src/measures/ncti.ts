import { cholesky, solveCholesky, solveLower, solveLowerTransposed } from '../numerics/cholesky.js';
import { leadingEigen, symmetricEigen } from '../numerics/eigen.js';
import { nuclearNorm } from '../numerics/nuclearNorm.js';
import { notice } from '../protocol/notice.js';
import type { Parts, PoolMeasure } from './measure.js';
import { mostComponents, principalComponents } from './parts/pca.js';
import { scaledParts } from './parts/scaledParts.js';
import type { FeatureData } from './passes/featureData.js';
import { rowsByKey } from './passes/rowsByKey.js';

/** Components whose variances set the shrinkage; below the least shrinkage there is none. */
const shrinkageComponents = 32;
const leastShrinkage = 1e-10;

/**
 * Neural collapse inspired transferability: three signs of how near the features are to the collapse at the end of training,
 *
 *   NCTI = minmax(seli) + minmax(ncc) - minmax(vc),   each scaled to 0 to 1 over the models of the pool,
 *
 * of a linear discriminant analysis in the first 64 principal components (d, where there are fewer), z with mean zero. With
 * v_k the variance of component k by n - 1 and a = exp(-Σ_{k<=32} v_k), the within-class covariance is
 * C = (1 - a) W / n + a (tr W / n / d) I, or C = W / (n - Ct) where a <= 1e-10: scikit-learn's two solvers.
 *
 *   seli = ‖Z E‖_*, E the min(Ct - 1, d) leading directions, Eᵀ C E = I, of (1 - a) B + a (tr B / d) I, B = Σ_c n_c / n m_c m_cᵀ;
 *   ncc  = (1 / n) Σ_i p(y_i), p = softmax of the discriminant scores with log priors;
 *   vc   = ln Σ_c ‖P_c‖_*, P_c the rows p of class c.
 *
 * seli and vc grow with n: only models over the same samples compare. Where n - Ct <= d there is no C: no score. The score of a
 * pool of one has no meaning. Without a group the components are those of all samples; all else is of the rest.
 */
export const ncti: PoolMeasure = {
  id: 'ncti',
  name: 'NCTI',
  family: 'features',
  hint: 'How near the features are to those of a network already trained on your classes, from −1 to 2 among the models compared. Higher is better; changes with the list of models.',
  needs: 'pool',
  range: [-1, 2],
  direction: 'higher',
  predicts: 'fine-tuning',
  cost: 'n d² + d³ + n Ct² time, d² + 64 n memory',
  validity: 'more samples than 64 and classes together',
  source:
    'Wang et al.: How Far Pre-trained Models Are from Neural Collapse on the Target Dataset Informs their Transferability, ICCV 2023, equations 5 to 10, as in the released code',
  invalid({ n, targetClasses, dimension }) {
    const d = Math.min(dimension, mostComponents);
    if (n - targetClasses > d) return null;
    return notice('measure.separable', { n, classes: targetClasses, dimension: d });
  },
  async parts(data) {
    const all = await statisticsOf(data);
    const byGroup = await data.rowsByGroup();
    return {
      parts: await partsOf(data, all, -1),
      without: g => {
        const { rows, starts } = byGroup;
        return partsOf(data, leave(data, all, rows.subarray(starts[g], starts[g + 1])), g);
      },
    };
  },
  combine(pool) {
    const { seli, ncc, vc } = scaledParts(pool, ['seli', 'ncc', 'vc']);
    return seli.map((s, k) => s + ncc[k] - vc[k]);
  },
};

/** Sums over some samples along k principal components z. */
interface Statistics {
  k: number;
  scores: Float64Array;
  n: number;
  counts: Int32Array;
  /** Σ z of each class; float64 [Ct, k]. */
  sums: Float64Array;
  /** Σ z zᵀ; float64 [k, k]. */
  gram: Float64Array;
}

async function statisticsOf(data: FeatureData): Promise<Statistics> {
  const { n, labels, counts, targetClasses } = data;
  const { count: k, scores, squares } = await principalComponents(data);
  const sums = new Float64Array(targetClasses * k);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < k; j++) sums[labels[i] * k + j] += scores[at++];
  const gram = new Float64Array(k * k);
  for (let j = 0; j < k; j++) gram[j * k + j] = squares[j];
  return { k, scores, n, counts: counts.ofClass, sums, gram };
}

function leave(data: FeatureData, all: Statistics, rows: Int32Array): Statistics {
  const { k, scores } = all;
  const left = {
    ...all,
    n: all.n - rows.length,
    counts: all.counts.slice(),
    sums: all.sums.slice(),
    gram: all.gram.slice(),
  };
  for (const row of rows) {
    const y = data.labels[row];
    left.counts[y]--;
    for (let a = 0; a < k; a++) {
      const z = scores[row * k + a];
      left.sums[y * k + a] -= z;
      for (let b = 0; b < k; b++) left.gram[a * k + b] -= z * scores[row * k + b];
    }
  }
  return left;
}

const none: Parts = { seli: Number.NaN, ncc: Number.NaN, vc: Number.NaN };

async function partsOf(data: FeatureData, set: Statistics, leftOut: number): Promise<Parts> {
  const { k, n, counts, sums, gram } = set;
  const classes = Array.from(counts.keys()).filter(c => counts[c] > 0);
  if (classes.length < 2 || k === 0 || n - classes.length <= k) return none;
  const mean = new Float64Array(k);
  for (const c of classes) for (let j = 0; j < k; j++) mean[j] += sums[c * k + j] / n;
  const total = gram.slice();
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) total[a * k + b] -= n * mean[a] * mean[b];
  const means = new Float64Array(classes.length * k);
  const between = new Float64Array(k * k);
  classes.forEach((c, place) => {
    const m = means.subarray(place * k, (place + 1) * k);
    for (let j = 0; j < k; j++) m[j] = sums[c * k + j] / counts[c] - mean[j];
    for (let a = 0; a < k; a++)
      for (let b = 0; b < k; b++) between[a * k + b] += (counts[c] / n) * m[a] * m[b];
  });
  const within = total.map((t, at) => t / n - between[at]);

  let variance = 0;
  for (let j = 0; j < Math.min(k, shrinkageComponents); j++) variance += total[j * k + j] / (n - 1);
  const shrinkage = Math.exp(-variance) > leastShrinkage ? Math.exp(-variance) : 0;
  const covariance = shrunk(within, k, shrinkage);
  if (shrinkage === 0)
    for (let at = 0; at < k * k; at++) covariance[at] *= n / (n - classes.length);
  const factor = cholesky(covariance, k);
  if (!factor) return none;
  const seli = discriminantNorm(
    factor,
    shrunk(between, k, shrinkage),
    total,
    k,
    classes.length - 1,
  );
  return { seli, ...(await predictions(data, set, leftOut, { classes, mean, means, factor })) };
}

/** (1 - a) A + a (tr A / k) I */
function shrunk(a: Float64Array, k: number, shrinkage: number): Float64Array {
  let trace = 0;
  for (let j = 0; j < k; j++) trace += a[j * k + j];
  const out = a.map(v => (1 - shrinkage) * v);
  for (let j = 0; j < k; j++) out[j * k + j] += (shrinkage * trace) / k;
  return out;
}

/** ‖Z E‖_* = Σ √ eigenvalues of Eᵀ (Σ z zᵀ) E: as Eᵀ C E = I none of them is small, and squares may be taken. */
function discriminantNorm(
  factor: Float64Array,
  between: Float64Array,
  total: Float64Array,
  k: number,
  most: number,
): number {
  // L⁻¹ B L⁻ᵀ has the directions Lᵀ E.
  const half = solveLower(factor, k, between.slice(), k);
  const whitened = solveLower(factor, k, transposed(half, k, k), k);
  const count = Math.min(most, k);
  const { vectors } = leadingEigen(whitened, k, count);
  const directions = solveLowerTransposed(factor, k, transposed(vectors, count, k), count);
  const squares = new Float64Array(count * count);
  for (let a = 0; a < k; a++)
    for (let q = 0; q < count; q++) {
      let sum = 0;
      for (let b = 0; b < k; b++) sum += total[a * k + b] * directions[b * count + q];
      for (let p = 0; p < count; p++) squares[p * count + q] += directions[a * count + p] * sum;
    }
  return symmetricEigen(squares, count).values.reduce((s, v) => s + Math.sqrt(Math.max(0, v)), 0);
}

function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const t = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) t[j * rows + i] = a[i * columns + j];
  return t;
}

/** What the discriminant analysis says of the samples, class by class. */
async function predictions(
  data: FeatureData,
  { k, scores, n, counts }: Statistics,
  leftOut: number,
  fit: { classes: number[]; mean: Float64Array; means: Float64Array; factor: Float64Array },
): Promise<{ ncc: number; vc: number }> {
  const { labels, targetClasses, groups, blas, pace } = data;
  const { classes, mean, means, factor } = fit;
  const present = classes.length;
  const weights = solveCholesky(factor, k, transposed(means, present, k), present);
  const intercepts = classes.map((c, place) => {
    let b = Math.log(counts[c] / n);
    for (let j = 0; j < k; j++)
      b -= weights[j * present + place] * (means[place * k + j] / 2 + mean[j]);
    return b;
  });
  const { rows, starts } = await data.onceByLabels('rows by class', () =>
    rowsByKey(labels, targetClasses),
  );
  let right = 0;
  let norms = 0;
  for (let place = 0; place < present; place++) {
    const c = classes[place];
    const z = new Float64Array(counts[c] * k);
    let at = 0;
    for (const row of rows.subarray(starts[c], starts[c + 1])) {
      if (leftOut >= 0 && groups[row] === leftOut) continue;
      z.set(scores.subarray(row * k, (row + 1) * k), at);
      at += k;
    }
    const p = await blas.multiply(
      { data: z, rows: counts[c], columns: k },
      { data: weights, rows: k, columns: present },
    );
    softmax(p, intercepts);
    for (let i = 0; i < counts[c]; i++) right += p[i * present + place];
    norms += nuclearNorm(p, counts[c], present);
    const shorter = Math.min(counts[c], present);
    if (pace.due(counts[c] * (k + present * (5 + 4 * shorter)))) await pace.pause();
  }
  return { ncc: right / n, vc: Math.log(norms) };
}

/** Softmax of each row, after adding to it. */
function softmax(p: Float64Array, add: readonly number[]): void {
  const width = add.length;
  for (let start = 0; start < p.length; start += width) {
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < width; c++) {
      p[start + c] += add[c];
      most = Math.max(most, p[start + c]);
    }
    let sum = 0;
    for (let at = start; at < start + width; at++) {
      p[at] = Math.exp(p[at] - most);
      sum += p[at];
    }
    for (let at = start; at < start + width; at++) p[at] /= sum;
  }
}
