import { notice } from '../protocol/notice.js';
import { quality } from './classification.js';
import type { FeatureData } from './featureData.js';
import type { Fitted } from './measure.js';

/** What a classifier says of samples that it was not trained on. */
export interface HeldOut {
  /** Log-likelihood of each sample's own class; float64 [n]. */
  logLikelihoods: Float64Array;
  /** Class of each sample, -1 where there is none; int32 [n]. */
  predicted: Int32Array;
}

/** The mean log-likelihood and what comes with it. */
export function scoreOfHeldOut(
  data: FeatureData,
  { logLikelihoods, predicted }: HeldOut,
  details: Record<string, number> = {},
): Fitted {
  const value = logLikelihoods.reduce((sum, v) => sum + v, 0) / data.n;
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
