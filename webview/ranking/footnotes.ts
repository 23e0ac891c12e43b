import type { Report, Score } from '../../src/report/schema.js';
import { t, translated } from '../l10n.js';

/** Number of each reason that is given under the table. */
export type Footnotes = ReadonlyMap<string, number>;

/** Why a score is not to be trusted, or is missing; null where nothing is wrong with it. */
export function doubtOf(score: Score): string | null {
  if (score.valid && score.value !== null) return null;
  if (score.note) return translated(score.note);
  return t('Outside the range where this measure can be trusted.');
}

/** The reasons that a report's scores need, each once, in the order of the table. */
export function footnotesOf(report: Report | null): Footnotes {
  const reasons = (report?.models ?? [])
    .flatMap(model => Object.values(model.scores))
    .map(doubtOf)
    .filter(reason => reason !== null);
  return new Map([...new Set(reasons)].map((reason, i) => [reason, i + 1]));
}
