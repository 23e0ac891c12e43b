import type { Parts, PoolMeasure } from '../measure.js';
import type { MeasureScore } from './score.js';

/** A model of a pool as a measure of pools sees it. */
export interface PoolScore {
  value: number;
  /** The value with each group left out for all models of the pool; null where one of them has none. */
  replicates: Float64Array | null;
}

/** Scores of a pool of models from the parts that each one brings; they change whenever the pool does. */
export function scorePool(measure: PoolMeasure, pool: readonly MeasureScore[]): PoolScore[] {
  const parts = pool.map(score => score.parts ?? []);
  const values = combined(measure, parts, 0);
  const groups = Math.min(...parts.map(list => list.length - 1));
  if (groups < 2 || parts.some(list => list.length - 1 !== groups))
    return values.map(value => ({ value, replicates: null }));
  const replicates = values.map(() => new Float64Array(groups));
  for (let g = 0; g < groups; g++)
    combined(measure, parts, g + 1).forEach((value, k) => {
      replicates[k][g] = value;
    });
  return values.map((value, k) => ({ value, replicates: replicates[k] }));
}

function combined(measure: PoolMeasure, parts: readonly (readonly Parts[])[], at: number) {
  return measure.combine(parts.map(list => list[at] ?? {}));
}

/** Values moved and scaled to 0 to 1 over a pool; all 0 where they are the same. */
export function minMax(values: readonly number[]): number[] {
  const least = Math.min(...values);
  const span = Math.max(...values) - least;
  return values.map(value => (span > 0 ? (value - least) / span : 0));
}
