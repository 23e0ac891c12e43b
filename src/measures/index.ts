import { failure } from '../protocol/notice.js';
import type { Family, Measure } from './measure.js';
import type { MeasureInput } from './passes/blocks.js';
import { evaluateMeasures } from './passes/evaluate.js';
import { type NullOptions, nullValues } from './passes/permutationNull.js';
import type { Evaluation } from './passes/score.js';
import * as table from './table.js';

export type { Measure } from './measure.js';
export type {
  Block,
  MeasureInput,
  Numbers,
  RowBlock,
  RowTable,
} from './passes/blocks.js';
export type { NullOptions } from './passes/permutationNull.js';
export { scorePool } from './passes/pool.js';
export { type SampleFit, worstFits } from './passes/sampleFits.js';
export type { Evaluation, MeasureScore } from './passes/score.js';

/** What models are ranked by, by what the user will do next. */
export const headlines = { fineTune: 'leepLoo', retrainHead: 'ridgeProbe' } as const;

/** What is computed unless something else is asked for. */
export const defaultMeasures: readonly string[] = [
  'leepLoo',
  'leep',
  'nce',
  'hScoreShrunk',
  'logMe',
  'ridgeProbe',
  'knn',
  'parameters',
];

const families: readonly Family[] = ['likelihood', 'features', 'probe', 'static'];

/** All measures in the order they are shown: family by family, the default ones of each first, then by name. */
export const measures: readonly Measure[] = Object.values<Measure>(table).sort(
  (a, b) =>
    families.indexOf(a.family) - families.indexOf(b.family) ||
    place(a.id) - place(b.id) ||
    (a.name < b.name ? -1 : 1),
);

function place(id: string): number {
  const at = defaultMeasures.indexOf(id);
  return at < 0 ? defaultMeasures.length : at;
}

export const measureIds: readonly string[] = measures.map(measure => measure.id);

/** The measure of an id. Throws `measure.unknown`. */
export function measureOf(id: string): Measure {
  const measure = measures.find(m => m.id === id);
  if (!measure) throw failure('measure.unknown', { id, known: measureIds.join(', ') });
  return measure;
}

/**
 * Scores one model by several measures that share their passes over what it left.
 * Every sampled score comes with its value with each jackknife group left out. Rejects with `Cancelled` when aborted.
 */
export async function evaluate(
  ids: readonly string[],
  input: MeasureInput,
  signal?: AbortSignal,
): Promise<Evaluation> {
  return evaluateMeasures(ids.map(measureOf), input, signal);
}

/**
 * Values of a measure under `count` seeded permutations of the labels: what it gives where there is nothing to find. Null for
 * static baselines and measures of a pool.
 */
export async function permutationNull(
  id: string,
  input: MeasureInput,
  options: NullOptions,
  signal?: AbortSignal,
): Promise<Float64Array | null> {
  return nullValues(measureOf(id), input, options, signal);
}
