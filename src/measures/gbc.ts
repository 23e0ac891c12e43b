import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import { type ClassMoments, classMoments } from './parts/classMoments.js';
import { principalComponents } from './parts/pca.js';

/** Least variance of a class along a component. */
const floor = 1e-4;

/**
 * Gaussian Bhattacharyya coefficient: how little the classes overlap, each as a Gaussian in the first 64 principal components
 * (k of them, where there are fewer). With class means m_ck, and variances v_ck with 1 / n_c,
 *
 *   D_ij = ⅛ Σ_k (m_ik - m_jk)² / v_k + ½ Σ_k ln (v_k / √(v_ik v_jk)),   v_k = (v_ik + v_jk) / 2,
 *   GBC = -ln Σ_{i≠j} exp(-D_ij)   over ordered pairs.
 *
 * Spherical, the default of the paper: one variance a class, the mean over k; `diagonal` is the other form. Variances are not
 * below 1e-4, a floor after averaging. The paper's -Σ exp(-D_ij) (`sum`, `diagonalSum`) ranks models alike but is -0 for all that
 * separate the classes well: hence the logarithm. Public code leaves the factor k out of the spherical ln det.
 *
 * Without a group the components are those of all samples: only class means and variances, in them, are of the rest.
 */
export const gbc: FeatureMeasure = {
  id: 'gbc',
  name: 'GBC',
  family: 'features',
  hint: 'How little your classes overlap in the model’s features, each taken as a Gaussian. Higher is better.',
  needs: 'features',
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  direction: 'higher',
  predicts: 'fine-tuning',
  cost: 'n d² + d³ + 64 Ct² time, d² + 64 n memory',
  validity: 'two samples or more in every class',
  source:
    'Pándy et al.: Transferability Estimation using Bhattacharyya Class Separability, CVPR 2022 (arXiv 2111.12780), equations 4 and 5, in the log domain',
  invalid: ({ smallestClass }) =>
    smallestClass < 2 ? notice('measure.singleImages', { least: 2 }) : null,
  async fit(data) {
    const { count } = await principalComponents(data);
    const moments = await classMoments(data);
    const spherical = await logOverlap(moments.all, count, true, data.pace);
    const diagonal = await logOverlap(moments.all, count, false, data.pace);
    return {
      value: -spherical,
      details: {
        sum: -Math.exp(spherical),
        diagonal: -diagonal,
        diagonalSum: -Math.exp(diagonal),
        components: count,
      },
      doubt: count === 0 ? notice('measure.constantFeatures', {}) : null,
      without: async g => -(await logOverlap(moments.without(g), count, true, data.pace)),
    };
  },
};

/** ln Σ_{i≠j} exp(-D_ij) over the classes that have samples; not a number where these are fewer than two. */
async function logOverlap(
  { counts, means, squares }: ClassMoments,
  k: number,
  spherical: boolean,
  pace: { due(elements: number): boolean; pause(): Promise<void> },
): Promise<number> {
  const present = Array.from(counts.keys()).filter(c => counts[c] > 0);
  if (present.length < 2 || k === 0) return Number.NaN;
  const variances = new Float64Array(counts.length * k);
  const logs = new Float64Array(counts.length);
  for (const c of present) {
    const own = variances.subarray(c * k, (c + 1) * k);
    for (let j = 0; j < k; j++) own[j] = squares[c * k + j] / counts[c];
    if (spherical) own.fill(own.reduce((a, b) => a + b, 0) / k);
    for (let j = 0; j < k; j++) {
      own[j] = Math.max(floor, own[j]);
      logs[c] += Math.log(own[j]);
    }
  }
  const minus = new Float64Array((present.length * (present.length - 1)) / 2);
  let pair = 0;
  for (let a = 0; a < present.length; a++) {
    for (let b = 0; b < a; b++) {
      const [i, j] = [present[a], present[b]];
      let distance = 0;
      let log = 0;
      for (let t = 0; t < k; t++) {
        const difference = means[i * k + t] - means[j * k + t];
        const v = (variances[i * k + t] + variances[j * k + t]) / 2;
        distance += (difference * difference) / v;
        if (!spherical) log += Math.log(v);
      }
      if (spherical) log = k * Math.log((variances[i * k] + variances[j * k]) / 2);
      minus[pair++] = -(distance / 8 + (log - (logs[i] + logs[j]) / 2) / 2);
    }
    if (pace.due(5 * a * k)) await pace.pause();
  }
  const most = minus.reduce((x, y) => Math.max(x, y));
  return most + Math.log(2 * minus.reduce((sum, x) => sum + Math.exp(x - most), 0));
}
