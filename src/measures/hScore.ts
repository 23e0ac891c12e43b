import { implicitQling } from '../numerics/ql.js';
import { eigenvaluesOf, tridiagonalizing, turningTo } from '../numerics/tridiagonal.js';
import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import { explainedWithout } from './parts/explained.js';
import { isLarge } from './parts/leftOutRidge.js';
import { type Penalised, penalise } from './parts/penalised.js';
import { standardOf } from './parts/standardise.js';
import { turnedTargets } from './parts/targets.js';
import type { FeatureData } from './passes/featureData.js';

/**
 * H-score: tr(Σ⁺ S_B), Σ the covariance of the features and S_B that of their class means, both divided by n - 1: the mean squared
 * Mahalanobis distance of class means. Constant features are dropped; directions whose variance is not above d · 2.2e-16 of the
 * largest are left out of the inverse (numpy's pinv with a cut for d). It is Σ_c Σ_k (v_kᵀ s_c)² / (n_c w_k) over the classes'
 * sums s_c about the mean and the eigenpairs of the scatter. With n <= d it is the number of classes less one, whatever the features.
 *
 * Without a group it is exact: by the group's hat matrix, or anew where what that leaves of a direction is small against rounding.
 */
export const hScore: FeatureMeasure = {
  id: 'hScore',
  name: 'H-score',
  family: 'features',
  hint: 'The H-score as published: how far apart your classes lie in the model’s features, against the spread within them. Higher is better; says nothing when images are few.',
  needs: 'features',
  range: [0, Number.POSITIVE_INFINITY],
  direction: 'higher',
  predicts: 're-trained head',
  cost: 'n d² + d³ + Ct d² time, d² memory',
  validity: 'twice as many samples as features, or more',
  source:
    'Bao et al.: An Information-Theoretic Approach to Transferability, ICIP 2019 (arXiv 2212.10082), definition 2',
  invalid({ n, dimension }) {
    return n < 2 * dimension ? notice('measure.fewForFeatures', { n, dimension }) : null;
  },

  async fit(data) {
    const { columns } = await standardOf(data);
    const value = await score(data);
    if (columns.length === 0) return { value, doubt: notice('measure.constantFeatures', {}) };
    if (data.n <= columns.length)
      return {
        value,
        doubt: notice('measure.saturated', { n: data.n, dimension: columns.length }),
      };
    return { value, without: group => without(data, group) };
  },
};

/** The scatter's tridiagonal form, of the features that vary. */
function spread(data: FeatureData) {
  return data.once('tridiagonal scatter', async () => {
    const { gram, sum, n } = await data.moments();
    const { columns } = await standardOf(data);
    const size = columns.length;
    const scatter = new Float64Array(size * size);
    for (let a = 0, at = 0; a < size; a++)
      for (let b = 0; b < size; b++, at++) {
        const [i, j] = [columns[a], columns[b]];
        scatter[at] = gram[i * sum.length + j] - (sum[i] * sum[j]) / n;
      }
    return data.pace.through(tridiagonalizing(scatter, size));
  });
}

/** Nothing of a scatter that is inverted by downdates is smaller than this part of its largest eigenvalue: 1e-7 of the score. */
const wellConditioned = 1e-8;

/** Least eigenvalue of the scatter as a part of its largest; 0 where a feature is constant. */
function conditionOf(data: FeatureData): Promise<number> {
  return data.once('condition of the scatter', async () => {
    const { columns } = await standardOf(data);
    const { diagonal, offDiagonal } = await spread(data);
    const values = await data.pace.through(eigenvaluesOf(diagonal, offDiagonal));
    return columns.length === data.dimension ? values[0] / values[values.length - 1] : 0;
  });
}

async function without(data: FeatureData, group: number): Promise<number> {
  const left = data.without(group);
  const condition = await conditionOf(data);
  if (condition > wellConditioned && !isLarge(data.n - left.n, data)) {
    const whole = await regression(data);
    const found = whole && (await explainedWithout(whole, data, group));
    // No eigenvalue of what is left is below the least of all times the determinant of what the group's predictions leave of it.
    if (found && condition * Math.exp(found.logDeterminant) > wellConditioned) return found.value;
  }
  return score(left);
}

/** Of the classes' indicators on the features, without a penalty. */
function regression(data: FeatureData): Promise<Penalised | null> {
  return data.onceByLabels('regression on the features', async () => {
    const { ridge, targets, columns } = await turnedTargets(data);
    return penalise(ridge, targets, columns, 0);
  });
}

async function score(data: FeatureData): Promise<number> {
  const { n, counts, dimension: d } = data;
  const { sum } = await data.moments();
  const sums = await data.classSums();
  const { columns } = await standardOf(data);
  const size = columns.length;
  if (size === 0) return Number.NaN;
  const classes = Array.from(counts.ofClass.keys()).filter(y => counts.ofClass[y] > 0);
  const means = new Float64Array(classes.length * size);
  classes.forEach((y, c) => {
    const root = Math.sqrt(counts.ofClass[y]);
    for (let a = 0; a < size; a++) {
      const j = columns[a];
      means[c * size + a] = (sums[y * d + j] - (counts.ofClass[y] / n) * sum[j]) / root;
    }
  });
  const t = await spread(data);
  await data.pace.through(turningTo(t, means));
  // One class a column: the QL iteration turns them into the basis of the eigenvectors, which nobody needs.
  const along = new Float64Array(means.length);
  for (let c = 0; c < classes.length; c++)
    for (let k = 0; k < size; k++) along[k * classes.length + c] = means[c * size + k];
  const values = t.diagonal.slice();
  await data.pace.through(implicitQling(values, t.offDiagonal, along));
  const cut = size * Number.EPSILON * values.reduce((a, b) => Math.max(a, b));
  let total = 0;
  for (let k = 0; k < size; k++) {
    if (!(values[k] > cut)) continue;
    let square = 0;
    for (let c = 0; c < classes.length; c++) square += along[k * classes.length + c] ** 2;
    total += square / values[k];
  }
  return total;
}
