import type { Fitted } from '../measure.js';
import type { MeasureScore } from './score.js';

/** What a score is before anything is known of it. */
export const unknown: Omit<MeasureScore, 'valid'> = {
  value: Number.NaN,
  replicates: null,
  interaction: null,
  variance: null,
};

/** A fit as a score, without an interval yet. What the data say against the score comes before what the fit says. */
export function fittedScore(
  { value, details, doubt }: Fitted,
  before: Pick<MeasureScore, 'valid' | 'note'>,
): MeasureScore {
  const validity = doubt && before.valid ? { valid: false, note: doubt.message } : before;
  return { ...unknown, value, ...(details ? { details } : {}), ...validity };
}
