import { notice } from '../../protocol/notice.js';
import type {
  CorrectedMeasure,
  Entropies,
  FittedOutputMeasure,
  Likelihood,
  OutputMeasure,
  Regime,
} from '../measure.js';
import type { MeasureInput } from './blocks.js';
import { fittedScore } from './fittedScore.js';
import { chunksOf, GroupJoints } from './groupJoints.js';
import { HardCounts } from './hardCounts.js';
import { interaction } from './interaction.js';
import { type SoftJoint, softJoint } from './joint.js';
import { type Counts, countClasses, denseLabelling } from './labelling.js';
import { logLikelihoods } from './logLikelihoods.js';
import type { Pace } from './pace.js';
import { correction, nullMeans } from './permutationNull.js';
import { rowsByKey } from './rowsByKey.js';
import type { Evaluation, MeasureScore } from './score.js';

/**
 * Scores by measures of the outputs: two passes over these, and two more for every further 64 MB of groups' joints; then the passes of
 * those that take their own.
 */
export async function scoreOutputs(
  wanted: readonly (OutputMeasure | CorrectedMeasure | FittedOutputMeasure)[],
  input: MeasureInput,
  pace: Pace,
): Promise<Omit<Evaluation, 'variation'> & { regime: Regime }> {
  const { labels, groups, targetClasses, sourceClasses } = input;
  const groupCount = input.groupCount > 1 ? input.groupCount : 0;
  const asked = wanted.flatMap(m => ('fit' in m ? [] : m));
  const measures = [...new Set(asked.map(m => ('corrects' in m ? m.corrects : m)))];
  const likelihoods = [...new Set(measures.flatMap(m => m.likelihood ?? []))];
  const [first, ...others] = likelihoods.length > 0 && groupCount > 0 ? chunksOf(input) : [];

  const firstJoints = first && new GroupJoints(input, first);
  const soft = await softJoint(input, pace, tile => firstJoints?.add(tile));
  const hard = HardCounts.of(labels, soft.predicted, targetClasses, sourceClasses);

  // Entry 0 is the whole, entry g + 1 what is left without group g.
  const counts = [countClasses(labels, targetClasses, groups)];
  for (let g = 0; g < groupCount; g++) counts.push(countClasses(labels, targetClasses, groups, g));
  const entropies = [hard.entropies(), ...leftOutEntropies(hard, soft.predicted, input)];
  const sums = new Map<Likelihood, Float64Array[]>(likelihoods.map(l => [l, []]));
  const sum = async (labellings: Parameters<typeof logLikelihoods>[1]) => {
    const found = await logLikelihoods(input, labellings, likelihoods, pace);
    for (const [likelihood, list] of found) sums.get(likelihood)?.push(...list);
  };
  if (likelihoods.length > 0) {
    const whole = denseLabelling(labels, counts[0], soft.joint, soft.marginal);
    await sum([whole, ...(firstJoints?.labellings(soft) ?? [])]);
    for (const chunk of others)
      await sum((await GroupJoints.gather(input, chunk, pace)).labellings(soft));
  }

  const none = new Float64Array(targetClasses);
  const regime = regimeOf(soft, hard, entropies[0], counts[0], input);
  const scores: Record<string, MeasureScore> = {};
  for (const measure of measures) {
    const logLikelihood = measure.likelihood && sums.get(measure.likelihood);
    const [value, ...replicates] = counts.map((c, k) =>
      measure.value({
        counts: c,
        logLikelihood: logLikelihood?.[k] ?? none,
        entropies: entropies[k],
      }),
    );
    const doubt = doubtOf(measure, regime);
    scores[measure.id] = {
      value,
      replicates: groupCount > 0 ? Float64Array.from(replicates) : null,
      // A pair of groups costs a pass over the samples, except for what is computed from counts.
      interaction:
        measure.likelihood || groupCount < 3
          ? null
          : await interaction(measure, value, replicates, hard, soft.predicted, input, pace),
      variance: null,
      ...doubt,
    };
  }
  for (const measure of asked)
    if ('corrects' in measure) {
      const means = await nullMeans(measure.corrects, input, correction, pace);
      scores[measure.id] = corrected(scores[measure.corrects.id], means, doubtOf(measure, regime));
    }
  for (const measure of wanted)
    if ('fit' in measure) {
      const fitted = await measure.fit(input, pace);
      const score = fittedScore(fitted, doubtOf(measure, regime));
      scores[measure.id] = score;
      const { without } = fitted;
      if (!without || groupCount === 0) continue;
      score.replicates = new Float64Array(groupCount);
      for (let g = 0; g < groupCount; g++) score.replicates[g] = await without(g);
    }
  return {
    scores,
    joint: { soft: soft.joint, hard: hard.joint },
    confidence: soft.confidence,
    regime,
  };
}

/** Where a model gives features alone there is no joint, and the regime is what the labels tell of it. */
export function withoutOutputs({
  labels,
  groups,
  targetClasses,
  features,
  numbers,
}: MeasureInput): Omit<Evaluation, 'scores' | 'variation'> & { regime: Regime } {
  const { n, present, ofClass } = countClasses(labels, targetClasses, groups);
  const counts = [...ofClass].filter(c => c > 0);
  return {
    joint: { soft: new Float64Array(0), hard: new Uint32Array(0) },
    confidence: null,
    regime: {
      n,
      numbers: Boolean(numbers),
      targetClasses: present,
      targetEntropy: -counts.reduce((sum, c) => sum + (c / n) * Math.log(c / n), 0),
      smallestClass: Math.min(...counts),
      dimension: features?.columns ?? 0,
      softSourceClasses: 0,
      hardSourceClasses: 0,
    },
  };
}

/** What a score says of its own validity. */
export function doubtOf(
  { invalid }: Pick<OutputMeasure, 'invalid'>,
  regime: Regime,
): Pick<MeasureScore, 'valid' | 'note'> {
  const doubt =
    regime.targetClasses < 2 && !regime.numbers
      ? notice('measure.oneClass', {})
      : invalid?.(regime);
  return doubt ? { valid: false, note: doubt.message } : { valid: true };
}

/** A score less its null, with and without each group. */
function corrected(
  { value, replicates }: MeasureScore,
  means: Float64Array,
  doubt: Pick<MeasureScore, 'valid' | 'note'>,
): MeasureScore {
  return {
    value: value - means[0],
    replicates: replicates?.map((v, g) => v - means[g + 1]) ?? null,
    interaction: null,
    variance: null,
    ...doubt,
  };
}

/** Entropies with each group left out in turn. */
function* leftOutEntropies(
  hard: HardCounts,
  predicted: Int32Array,
  { labels, groups, groupCount }: MeasureInput,
): Generator<Entropies> {
  if (groupCount < 2) return;
  const { rows, starts } = rowsByKey(groups, groupCount);
  for (let g = 0; g < groupCount; g++) {
    const members = rows.subarray(starts[g], starts[g + 1]);
    for (const i of members) hard.change(labels[i], predicted[i], -1);
    yield hard.entropies();
    for (const i of members) hard.change(labels[i], predicted[i], 1);
  }
}

function regimeOf(
  soft: SoftJoint,
  hard: HardCounts,
  { target }: Entropies,
  { n, present, ofClass }: Counts,
  { features, numbers }: MeasureInput,
): Regime {
  let trace = 0;
  for (let z = 0; z < soft.marginal.length; z++)
    if (soft.marginal[z] > 0) trace += soft.squares[z] / soft.marginal[z];
  return {
    n,
    numbers: Boolean(numbers),
    targetClasses: present,
    targetEntropy: target,
    smallestClass: Math.min(...ofClass.filter(c => c > 0)),
    dimension: features?.columns ?? 0,
    softSourceClasses: trace,
    hardSourceClasses: hard.used,
  };
}
