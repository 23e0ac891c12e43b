import { notice } from '../../protocol/notice.js';
import type { Fitted } from '../measure.js';
import type { FeatureData } from '../passes/featureData.js';
import { quality } from './classification.js';

/** What a classifier says of samples that it was not trained on. */
export interface HeldOut {
  /** Log-likelihood of each sample's own class; float64 [n]. */
  logLikelihoods: Float64Array;
  /** Class of each sample, -1 where there is none; int32 [n]. */
  predicted: Int32Array;
}

/** The same with further figures of the fit. */
export type Judged = HeldOut & { details: Record<string, number> };

/** Operations that judging anew without every group may take; some 20 s. */
const affordable = 5e11;

/**
 * The score of a classifier that judges every sample without itself: `judge` does so for all of them (group -1), or for what is left
 * without a group, and gives null where it cannot. Where judging takes too many `operations` for that, the samples' log-likelihoods are
 * held and a group is left out of their mean.
 */
export async function judgedScore(
  data: FeatureData,
  judge: (group: number) => Promise<Judged | null>,
  operations: number,
): Promise<Fitted> {
  if (data.counts.present < 2) return { value: Number.NaN, doubt: notice('measure.oneClass', {}) };
  const found = await judge(-1);
  if (!found) return undefinedScore();
  const fitted = scoreOfHeldOut(data, found, found.details);
  if (fitted.doubt) return fitted;
  return {
    ...fitted,
    without:
      data.groupCount * operations <= affordable
        ? async group => meanOf((await judge(group))?.logLikelihoods)
        : meanOfOthers(data, found.logLikelihoods),
  };
}

function meanOf(values: Float64Array | undefined): number {
  return values ? values.reduce((sum, v) => sum + v, 0) / values.length : Number.NaN;
}

/** The mean log-likelihood and what comes with it. */
export function scoreOfHeldOut(
  data: FeatureData,
  { logLikelihoods, predicted }: HeldOut,
  details: Record<string, number> = {},
): Fitted {
  const value = meanOf(logLikelihoods);
  if (!Number.isFinite(value)) return undefinedScore(value);
  return { value, details: { ...quality(data.labels, predicted, data.counts), ...details } };
}

export function undefinedScore(value = Number.NaN): Fitted {
  return { value, doubt: notice('measure.notFinite', { value }) };
}

/** The `without` of a mean whose terms are held: what training without the group would change in them is left out. */
export function meanOfOthers(
  { groups, n }: FeatureData,
  values: Float64Array,
): NonNullable<Fitted['without']> {
  return group => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < n; i++)
      if (groups[i] !== group) {
        sum += values[i];
        count++;
      }
    return sum / count;
  };
}
