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

/** Why a scored model has no rank, from the reason that the report gives. */
export function unrankedText(reason: string): string {
  return t('Not ranked: {reason}', { reason: translated(reason) });
}

/** The reasons for missing ranks and doubtful scores, each once, in the order in which the table by rank meets them. */
export function footnotesOf(report: Report | null): Footnotes {
  if (!report) return new Map();
  const { by, order, unranked } = report.ranking;
  const unrankedBy = new Map(unranked.map(({ id, reason }) => [id, unrankedText(reason)]));
  const places = new Map(order.map((id, place) => [id, place]));
  const placeOf = ({ id }: { id: string }) => places.get(id) ?? order.length;
  const reasons = [...report.models]
    .sort((a, b) => placeOf(a) - placeOf(b))
    .flatMap(({ id, scores: { [by]: headline, ...others } }) => [
      unrankedBy.get(id) ?? null,
      ...[...(headline ? [headline] : []), ...Object.values(others)].map(doubtOf),
    ])
    .filter(reason => reason !== null);
  return new Map([...new Set(reasons)].map((reason, i) => [reason, i + 1]));
}
