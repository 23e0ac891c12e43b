import { interval } from './jackknife.js';
import type { Candidate } from './rank.js';

/** How much better one model scores than another on the same samples. */
export interface Difference {
  /** The better one first. */
  models: [string, string];
  value: number;
  /** 95 % interval of this pair alone; null where the scores have none. */
  low: number | null;
  high: number | null;
}

/**
 * Paired differences of the first candidates, each of which is held against all behind it. The same groups of samples are left out
 * of both scores, so what makes both of them vary together is not in the interval: it is narrower than two intervals look.
 * @param order ids, best first
 * @param most candidates that are compared: their pairs grow as the square
 */
export function differences(
  candidates: readonly Candidate[],
  order: readonly string[],
  most: number,
): Difference[] {
  const known = new Map(candidates.map(candidate => [candidate.id, candidate]));
  const first = order.slice(0, most).flatMap(id => known.get(id) ?? []);
  return first.flatMap((a, k) => first.slice(k + 1).map(b => differenceOf(a, b)));
}

function differenceOf(a: Candidate, b: Candidate): Difference {
  const models: [string, string] = [a.id, b.id];
  const value = a.value - b.value;
  const [left, right] = [a.replicates, b.replicates];
  if (!left || !right || left.length !== right.length)
    return { models, value, low: null, high: null };
  return {
    models,
    value,
    ...interval(
      value,
      left.map((x, g) => x - right[g]),
    ),
  };
}
