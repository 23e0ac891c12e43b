import { type Notice, notice } from '../../protocol/notice.js';
import type { Measure, ModelMeasure } from '../measure.js';
import type { MeasureInput } from './blocks.js';
import { scoreFeatures } from './evaluateFeatures.js';
import { scoreOutputs, withoutOutputs } from './evaluateOutputs.js';
import { Pace } from './pace.js';
import { relativeVariance } from './relativeVariance.js';
import type { Evaluation, MeasureScore } from './score.js';

/** Scores one model by the given measures; what several of them need is gathered once. */
export async function evaluateMeasures(
  measures: readonly Measure[],
  input: MeasureInput,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const pace = new Pace(signal);
  const wanted = input.numbers ? measures.filter(takesNumbers) : measures;
  const ofOutputs = wanted.filter(m => m.needs === 'outputs');
  const { scores, joint, confidence, regime } =
    input.sourceClasses > 0
      ? await scoreOutputs(ofOutputs, input, pace)
      : { ...withoutOutputs(input), scores: noScores(ofOutputs, notice('measure.noOutputs', {})) };
  Object.assign(
    scores,
    await scoreFeatures(
      wanted.filter(m => m.needs === 'features' || m.needs === 'pool'),
      input,
      regime,
      pace,
    ),
    ...measures.filter(m => m.needs === 'model').map(m => ({ [m.id]: scoreModel(m, input) })),
  );
  // As they were asked for, whatever the order of computing.
  const others = noScores(measures, notice('measure.needsClasses', {}));
  const ordered = measures.map(({ id }) => [id, scores[id] ?? others[id]]);
  const { features, labels, numbers } = input;
  const ofFeatures = features && (() => relativeVariance(features, labels.length, pace));
  const variation =
    input.sourceClasses > 0 && !numbers
      ? regime.softSourceClasses - 1
      : ((await ofFeatures?.()) ?? null);
  return { scores: Object.fromEntries(ordered), joint, confidence, variation };
}

/** Labels play no part in static baselines. */
function takesNumbers(measure: Measure): boolean {
  return measure.needs === 'model' || measure.takesNumbers === true;
}

/** Measures that cannot be computed at all, and why. */
function noScores(measures: readonly Measure[], why: Notice): Record<string, MeasureScore> {
  const none = { value: Number.NaN, replicates: null, interaction: null, variance: null };
  return Object.fromEntries(
    measures.map(({ id }) => [id, { ...none, valid: false, note: why.message }]),
  );
}

function scoreModel(measure: ModelMeasure, { facts }: MeasureInput): MeasureScore {
  const value = facts ? measure.value(facts) : null;
  const score = { value: value ?? Number.NaN, replicates: null, interaction: null, variance: null };
  return value === null
    ? { ...score, valid: false, note: notice('measure.notTold', {}).message }
    : { ...score, valid: true };
}
