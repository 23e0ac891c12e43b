import { failure } from '../protocol/notice.js';
import type { MeasureInput } from './blocks.js';
import { type Evaluation, evaluateMeasures } from './evaluate.js';
import { leep } from './leep.js';
import { leepLoo } from './leepLoo.js';
import type { Measure } from './measure.js';
import { nce } from './nce.js';
import { type NullOptions, nullValues } from './permutationNull.js';

export type { Block, Blocks, MeasureInput } from './blocks.js';
export type { Evaluation, MeasureScore } from './evaluate.js';
export type { Measure } from './measure.js';
export type { NullOptions } from './permutationNull.js';

/** All measures, one line each, in the order they are shown. */
export const measures: readonly Measure[] = [
  leepLoo, //
  leep,
  nce,
];

export const measureIds: readonly string[] = measures.map(measure => measure.id);

/** What is computed unless something else is asked for. */
export const defaultMeasures: readonly string[] = ['leepLoo', 'leep', 'nce'];

/** What models are ranked by when everything is to be fine-tuned. */
export const headline = 'leepLoo';

/** The measure of an id. Throws `measure.unknown`. */
export function measureOf(id: string): Measure {
  const measure = measures.find(m => m.id === id);
  if (!measure) throw failure('measure.unknown', { id, known: measureIds.join(', ') });
  return measure;
}

/**
 * Scores one model by several measures that share their passes over its outputs.
 * Every score comes with its value with each jackknife group left out. Rejects with `Cancelled` when aborted.
 */
export async function evaluate(
  ids: readonly string[],
  input: MeasureInput,
  signal?: AbortSignal,
): Promise<Evaluation> {
  return evaluateMeasures(ids.map(measureOf), input, signal);
}

/** Values of a measure under `count` seeded permutations of the labels: what it gives where there is nothing to find. */
export async function permutationNull(
  id: string,
  input: MeasureInput,
  options: NullOptions,
  signal?: AbortSignal,
): Promise<Float64Array> {
  return nullValues(measureOf(id), input, options, signal);
}
