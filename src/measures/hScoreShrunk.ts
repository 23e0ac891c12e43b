import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import { explained, explainedWithout } from './parts/explained.js';
import { directForms, isLarge } from './parts/leftOutRidge.js';
import { penalise } from './parts/penalised.js';
import { ledoitWolf, type Scatter, scatterOf, scatterWithout } from './parts/scatter.js';
import { oneHot, turnedTargets } from './parts/targets.js';
import type { FeatureData } from './passes/featureData.js';
import { pairsMatter } from './passes/pairs.js';

/**
 * H-score with a covariance shrunk by Ledoit and Wolf: tr(S_a⁻¹ (1 - a) B), S_a = (1 - a) S + a (tr S / d) I, B the covariance
 * of the class means, both divided by n (public code divides B by n - 1, which is n / (n - 1) times this). All features are kept;
 * features that do not vary at all score 0. With A = n S and r = a tr A / ((1 - a) d) it is Σ_c s_cᵀ (A + r I)⁻¹ s_c / n_c over
 * the classes' sums s_c about the mean: what ridge regressions on the classes' indicators explain.
 *
 * Without a group everything is exact, the shrinkage of the rest too: by the group's hat matrix, or by Cholesky where the group
 * has more samples than features.
 */
export const hScoreShrunk: FeatureMeasure = {
  id: 'hScoreShrunk',
  name: 'H-score (shrunk)',
  family: 'features',
  hint: 'How far apart your classes lie in the model’s features, against the spread within them. Higher is better; usable with few images too.',
  needs: 'features',
  range: [0, Number.POSITIVE_INFINITY],
  direction: 'higher',
  predicts: 're-trained head',
  cost: 'n d² + d³ time (n² d + n³ where n <= d), d² memory',
  validity: 'any number of samples',
  source:
    'Ibrahim, Ponomareva and Mazumder: Newer is not always better, ECML PKDD 2022 (arXiv 2110.06893), equation 6; Ledoit and Wolf, J. Multivariate Anal. 88 (2004)',
  pairs: pairsMatter,
  async fit(data) {
    const { value, shrinkage } = await shrunk(data);
    return {
      value,
      details: { shrinkage },
      without: group => without(data, group),
      doubt: shrinkage >= 1 ? notice('measure.nothingFound', { n: data.n }) : null,
    };
  },
};

async function shrunk(data: FeatureData): Promise<{ value: number; shrinkage: number }> {
  const scatter = await scatterOf(data);
  const shrinkage = ledoitWolf(scatter);
  const penalty = penaltyOf(scatter);
  if (penalty === null) return { value: 0, shrinkage };
  const { ridge, targets, columns } = await turnedTargets(data);
  const forms = penalise(ridge, targets, columns, penalty)?.forms;
  return { value: forms ? explained(targets, forms.residual, data.n) : Number.NaN, shrinkage };
}

async function without(data: FeatureData, group: number): Promise<number> {
  const left = data.without(group);
  const large = isLarge(data.n - left.n, data);
  const scatter = large ? await scatterOf(left) : await scatterWithout(data, group);
  const penalty = penaltyOf(scatter);
  if (penalty === null) return 0;
  if (large) {
    const targets = await oneHot(left);
    const forms = await directForms(left, targets, penalty);
    return forms ? explained(targets, forms.residual, left.n) : Number.NaN;
  }
  const { ridge, targets, columns } = await turnedTargets(data);
  const whole = penalise(ridge, targets, columns, penalty);
  const found = whole && (await explainedWithout(whole, data, group));
  return found ? found.value : (await shrunk(left)).value;
}

/** r; null where the shrunk covariance leaves nothing of the class means, or there is no variance. */
function penaltyOf(scatter: Scatter): number | null {
  const a = ledoitWolf(scatter);
  const { trace, dimension } = scatter;
  if (!(trace > 0) || a >= 1) return null;
  // Never quite zero: two samples alone are not shrunk, and directions without variance must not be divided by.
  return (trace / dimension) * Math.max(a / (1 - a), 1e-12);
}
