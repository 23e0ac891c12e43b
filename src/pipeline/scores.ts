import { type MeasureScore, measureOf, scorePool } from '../measures/index.js';
import type { Outcome, RunState } from './state.js';

/** Scores of one model by measure. */
export type Scores = Record<string, MeasureScore>;

/**
 * The scores of every model by its id. Those that depend on which other models are in the pool are made here, of all that are
 * scored on the same samples so far, and made again whenever there are more.
 */
export function scoresOf(state: RunState, outcomes: readonly Outcome[]): Map<string, Scores> {
  const scores = new Map(
    outcomes.map(({ entry, evaluation }) => [entry.id, { ...evaluation?.scores }]),
  );
  const pool = outcomes.filter(o => o.evaluation && o.population === state.common);
  for (const id of new Set(pool.flatMap(o => Object.keys(o.evaluation?.scores ?? {})))) {
    const measure = measureOf(id);
    if (measure.needs !== 'pool') continue;
    const members = pool.filter(o => o.evaluation?.scores[id]?.parts);
    const parts = members.flatMap(o => o.evaluation?.scores[id] ?? []);
    scorePool(measure, parts).forEach((score, k) => {
      const own = scores.get(members[k].entry.id);
      if (own) own[id] = { ...parts[k], ...score };
    });
  }
  return scores;
}
