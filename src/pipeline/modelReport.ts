import type { Evaluation, MeasureScore } from '../measures/index.js';
import { notice } from '../protocol/notice.js';
import type { Joint } from '../protocol/worker.js';
import { interval } from '../ranking/index.js';
import type { ModelReport, Score } from '../report/schema.js';
import type { Population } from './population.js';
import type { Prediction } from './predict.js';
import type { Scores } from './scores.js';
import type { Outcome } from './state.js';

/** The row of one model in the report, with its scores as far as they are known. */
export function modelReport(outcome: Outcome, known: Readonly<Scores>): ModelReport {
  const { entry, prediction, inspection, evaluation, failure, seconds } = outcome;
  const scores: Record<string, Score> = {};
  for (const [id, s] of Object.entries(known)) {
    const finite = Number.isFinite(s.value);
    const bounds =
      finite && s.replicates ? interval(s.value, s.replicates, s) : { low: null, high: null };
    scores[id] = {
      value: finite ? s.value : null,
      low: bounds.low,
      high: bounds.high,
      valid: s.valid && finite,
      ...noteOf(s, bounds.low !== null),
      ...(s.details ? { details: finiteOnly(s.details) } : {}),
    };
  }
  return {
    id: entry.id,
    path: entry.path,
    name: entry.name,
    format: entry.format,
    status: failure ? 'failed' : 'scored',
    ...(failure ? { reason: { ...failure, params: { ...failure.params } } } : {}),
    sourceClasses: prediction?.reader.classes || null,
    featureDimension: prediction?.reader.dimension || null,
    preprocessing: prediction?.opened.preprocessing ?? {},
    scores,
    seconds,
    imagesPerSecond: prediction?.imagesPerSecond ?? null,
    bytes: entry.bytes,
    ...(inspection?.kind ? { outputKind: inspection.kind } : {}),
    ...(typeof evaluation?.confidence === 'number' ? { confidence: evaluation.confidence } : {}),
  };
}

function finiteOnly(details: Record<string, number>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}

/** Why a score must not be trusted, or which of its numbers is not finite. */
export function noteOf(
  { value, note, replicates }: MeasureScore,
  hasInterval: boolean,
): { note?: string } {
  if (note) return { note };
  if (!Number.isFinite(value))
    return { note: notice('measure.notFinite', { value: String(value) }).message };
  // What does not depend on the samples, or not beyond them, has none by its nature.
  if (hasInterval || !replicates) return {};
  return { note: notice('measure.noInterval', {}).message };
}

/** The matrix behind the scores of a model on these samples; null where there is none. */
export function jointOf(
  { entry, opened, reader: { classes } }: Prediction,
  { numbers, classes: targetClasses }: Population,
  { soft, hard }: Evaluation['joint'],
): Joint | null {
  // Of labels that are numbers there is no matrix, nor of features alone.
  if (numbers || classes === 0) return null;
  const { labels } = opened;
  return {
    model: entry.id,
    targetClasses,
    sourceClasses:
      labels?.length === classes ? labels : Array.from({ length: classes }, (_, z) => `class ${z}`),
    soft: Float32Array.from(soft),
    hard,
  };
}
