import { type Notice, notice } from '../protocol/notice.js';
import type { MeasureInput } from './blocks.js';
import { scoreFeatures } from './evaluateFeatures.js';
import { scoreOutputs, withoutOutputs } from './evaluateOutputs.js';
import type { Measure, ModelMeasure, Parts } from './measure.js';
import { Pace } from './pace.js';

export interface MeasureScore {
  value: number;
  /** The value with group g left out (a measure's docstring says what it holds); float64 [groupCount]. Null: there is no interval. */
  replicates: Float64Array | null;
  /**
   * Σ (Q_gh - mean Q)² / (G (G - 1)) over the pairs of groups, Q_gh = G S - (G - 1)(S_g + S_h) + (G - 2) S_gh: the variance of the
   * interactions of groups, which the jackknife counts more than once (Efron and Stein 1981). Of features estimated from half as
   * many pairs as there are groups. Null where it would cost too much.
   */
  interaction: number | null;
  /** The variance of the value by the measure's own account (`Fitted.variance`); null: the jackknife's is all there is. */
  variance: number | null;
  /** False outside the measure's valid regime; `note` says why. */
  valid: boolean;
  note?: string;
  /** Further figures of the same fit, by name. */
  details?: Record<string, number>;
  /** Of a measure of a pool: what this model brings, with all samples and then without each group. Its `value` is NaN. */
  parts?: Parts[];
}

export interface Evaluation {
  scores: Record<string, MeasureScore>;
  /** N(y, z) in samples, Ct x Cs, row-major: soft sums of θ, and counts of argmax θ. */
  joint: { soft: Float64Array; hard: Uint32Array };
}

/** Scores one model by the given measures; what several of them need is gathered once. */
export async function evaluateMeasures(
  measures: readonly Measure[],
  input: MeasureInput,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const pace = new Pace(signal);
  const wanted = input.numbers ? measures.filter(takesNumbers) : measures;
  const ofOutputs = wanted.filter(m => m.needs === 'outputs');
  const { scores, joint, regime } =
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
  return { scores: Object.fromEntries(ordered), joint };
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
