import type { Blas } from '../../numerics/blas.js';
import { inverseCholesky } from '../../numerics/inverseCholesky.js';
import { largestEigenvalue } from '../../numerics/largestEigenvalue.js';
import type { FeatureData } from '../passes/featureData.js';
import type { Counts } from '../passes/labelling.js';
import type { Pace } from '../passes/pace.js';
import { varyingColumns } from './varyingColumns.js';

/** A linear classifier of x - shift: score_c = w_cᵀ (x - shift) + b_c. */
export interface Discriminant {
  /** float64 [Ct, d]; zero where a class has no sample and for constant columns. */
  weights: Float64Array;
  /** float64 [Ct]; -∞ where a class has no sample. */
  intercepts: Float64Array;
}

/** Regularised Fisher discriminant analysis of a set, and what it says of the set's own samples. */
export interface RegularisedFda {
  /** a, the weight of the identity in the within-class covariance. */
  shrinkage: number;
  /** Columns that vary. */
  columns: Int32Array;
  /** These are so many that a linear classifier fits any labels: n - Ct <= d. */
  saturated: boolean;
  /** p(y_i), and softmax(p_i) at y_i; float64 [n]. Null where there is no such classifier. */
  said: { own: Float64Array; twice: Float64Array } | null;
}

/**
 * Regularised Fisher discriminant analysis as SFDA and ETran take it, with n x d features about any shift, their constant columns
 * left out. W = Σ (x_i - m_{y_i})(x_i - m_{y_i})ᵀ / n, a = max(exp(-5 λ_max(W)), 1e-10) with λ_max to rounding (public code
 * stops after three power iterations), W_a = (1 - a) W + a (tr W / d) I, and
 *
 *   score_c = m_cᵀ W_a⁻¹ x - ½ m_cᵀ W_a⁻¹ m_c + ln(n_c / n),   p = softmax over the classes that have samples.
 *
 * There is no such classifier with one class, constant features, or no scatter within classes.
 */
export function regularisedFda(data: FeatureData): Promise<RegularisedFda> {
  return data.onceByLabels('regularised FDA', async () => {
    const { n, counts } = data;
    const moments = await data.moments();
    const columns = await varyingColumns(data);
    const sums = await data.classSums();
    const within = await withinScatter(moments.gram, sums, data, columns);
    const shrinkage = await shrinkageOf(within, columns.length, data.pace);
    const fit = await discriminant(within, sums, counts, columns, shrinkage, data.blas);
    const saturated = n - counts.present <= columns.length;
    return { shrinkage, columns, saturated, said: fit && (await ask(data, fit)) };
  });
}

/** p(y_i) and softmax(p_i) at y_i of all samples. */
async function ask(
  data: FeatureData,
  fit: Discriminant,
): Promise<{ own: Float64Array; twice: Float64Array }> {
  const { n, dimension: d, targetClasses, labels, counts } = data;
  const { shift } = await data.moments();
  const own = new Float64Array(n);
  const twice = new Float64Array(n);
  let space = new Float64Array(0);
  for await (const { start, rows, values } of data.blocks()) {
    if (space.length < rows * d) space = new Float64Array(rows * d);
    for (let i = 0, at = 0; i < rows; i++)
      for (let j = 0; j < d; j++, at++) space[at] = values[at] - shift[j];
    const p = await probabilities(data, fit, space.subarray(0, rows * d), rows);
    for (let i = 0; i < rows; i++) {
      const row = i * targetClasses;
      const right = p[row + labels[start + i]];
      let sum = 0;
      for (let c = 0; c < targetClasses; c++)
        if (counts.ofClass[c] > 0) sum += Math.exp(p[row + c]);
      own[start + i] = right;
      twice[start + i] = Math.exp(right) / sum;
    }
  }
  return { own, twice };
}

/** Σ (x - m_y)(x - m_y)ᵀ / n over some columns, from Σ x xᵀ (d x d) and class sums about one and the same shift. */
export async function withinScatter(
  gram: Float64Array,
  sums: Float64Array,
  { dimension: d, targetClasses, counts, n, blas }: FeatureData,
  columns: Int32Array,
): Promise<Float64Array> {
  const scaled = new Float64Array(sums.length);
  for (let c = 0; c < targetClasses; c++) {
    const scale = counts.ofClass[c] > 0 ? 1 / Math.sqrt(counts.ofClass[c]) : 0;
    for (let at = c * d; at < (c + 1) * d; at++) scaled[at] = sums[at] * scale;
  }
  const between = await blas.gram({ data: scaled, rows: targetClasses, columns: d });
  const k = columns.length;
  const within = new Float64Array(k * k);
  for (let a = 0, at = 0; a < k; a++) {
    const row = columns[a] * d;
    for (let b = 0; b < k; b++)
      within[at++] = (gram[row + columns[b]] - between[row + columns[b]]) / n;
  }
  return within;
}

async function shrinkageOf(within: Float64Array, size: number, pace: Pace): Promise<number> {
  const least = 1e-10;
  if (size === 0) return 1;
  const enough = -Math.log(least) / 5;
  // No variance is above the largest eigenvalue: often one of them is enough to know.
  for (let i = 0; i < size; i++) if (within[i * size + i] > enough) return least;
  return Math.max(
    Math.exp(-5 * (await pace.through(largestEigenvalue(within, size, enough)))),
    least,
  );
}

/** The classifier of a within-class covariance (of `columns`; it is overwritten) and class sums about the shift; null where there is none. */
export async function discriminant(
  within: Float64Array,
  sums: Float64Array,
  { n, ofClass, present }: Counts,
  columns: Int32Array,
  shrinkage: number,
  blas: Blas,
): Promise<Discriminant | null> {
  const k = columns.length;
  const d = sums.length / ofClass.length;
  if (present < 2 || k === 0) return null;
  let trace = 0;
  for (let i = 0; i < k; i++) trace += within[i * k + i];
  for (let at = 0; at < within.length; at++) within[at] *= 1 - shrinkage;
  for (let i = 0; i < k; i++) within[i * k + i] += (shrinkage * trace) / k;
  const inverse = await inverseCholesky(within, k, blas);
  if (!inverse) return null;

  const classes = Array.from(ofClass.keys()).filter(c => ofClass[c] > 0);
  const means = new Float64Array(classes.length * k);
  let at = 0;
  for (const c of classes) for (const j of columns) means[at++] = sums[c * d + j] / ofClass[c];
  const white = await blas.multiply(
    { data: means, rows: classes.length, columns: k },
    { data: inverse, rows: k, columns: k },
    { transposeB: true },
  );
  const solved = await blas.multiply(
    { data: white, rows: classes.length, columns: k },
    { data: inverse, rows: k, columns: k },
  );
  const weights = new Float64Array(sums.length);
  const intercepts = new Float64Array(ofClass.length).fill(Number.NEGATIVE_INFINITY);
  classes.forEach((c, place) => {
    let square = 0;
    for (let a = 0; a < k; a++) {
      const w = solved[place * k + a];
      weights[c * d + columns[a]] = w;
      square += w * means[place * k + a];
    }
    intercepts[c] = Math.log(ofClass[c] / n) - square / 2;
  });
  return { weights, intercepts };
}

/** p of `count` vectors x - shift, one a row of `x`; float64 [count, Ct]. */
export async function probabilities(
  { blas, pace, dimension: d, targetClasses }: FeatureData,
  { weights, intercepts }: Discriminant,
  x: Float64Array,
  count: number,
): Promise<Float64Array> {
  const p = await blas.multiply(
    { data: x, rows: count, columns: d },
    { data: weights, rows: targetClasses, columns: d },
    { transposeB: true },
  );
  for (let i = 0; i < count; i++) {
    const row = p.subarray(i * targetClasses, (i + 1) * targetClasses);
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < row.length; c++) {
      row[c] += intercepts[c];
      if (row[c] > most) most = row[c];
    }
    let sum = 0;
    for (let c = 0; c < row.length; c++) sum += row[c] = Math.exp(row[c] - most);
    for (let c = 0; c < row.length; c++) row[c] /= sum;
  }
  if (pace.due(count * (d + 5 * targetClasses))) await pace.pause();
  return p;
}
