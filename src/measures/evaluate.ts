import { notice } from '../protocol/notice.js';
import type { MeasureInput } from './blocks.js';
import { chunksOf, GroupJoints } from './groupJoints.js';
import { HardCounts } from './hardCounts.js';
import { interaction } from './interaction.js';
import { type SoftJoint, softJoint } from './joint.js';
import { countClasses, denseLabelling } from './labelling.js';
import { logLikelihoods } from './logLikelihoods.js';
import type { Entropies, Likelihood, Measure, Regime } from './measure.js';
import { Pace } from './pace.js';
import { rowsByKey } from './rowsByKey.js';

export interface MeasureScore {
  value: number;
  /** The value with group g left out, exactly; float64 [groupCount]. Null where there is nothing to leave out. */
  replicates: Float64Array | null;
  /**
   * Σ (Q_gh - mean Q)² / (G (G - 1)) over the pairs of groups, Q_gh = G S - (G - 1)(S_g + S_h) + (G - 2) S_gh: the variance of the
   * interactions of groups, which the jackknife counts more than once (Efron and Stein 1981). Null where it would cost too much.
   */
  interaction: number | null;
  /** False outside the measure's valid regime; `note` says why. */
  valid: boolean;
  note?: string;
}

export interface Evaluation {
  scores: Record<string, MeasureScore>;
  /** N(y, z) in samples, Ct x Cs, row-major: soft sums of θ, and counts of argmax θ. */
  joint: { soft: Float64Array; hard: Uint32Array };
}

/** Scores by the given measures: two passes over the outputs, and two more for every further 64 MB of groups' joints. */
export async function evaluateMeasures(
  measures: readonly Measure[],
  input: MeasureInput,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const { labels, groups, targetClasses, sourceClasses } = input;
  const groupCount = input.groupCount > 1 ? input.groupCount : 0;
  const pace = new Pace(signal);
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
  const regime = regimeOf(soft, hard, entropies[0], counts[0]);
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
    const doubt =
      regime.targetClasses < 2 ? notice('measure.oneClass', {}) : measure.invalid?.(regime);
    scores[measure.id] = {
      value,
      replicates: groupCount > 0 ? Float64Array.from(replicates) : null,
      // A pair of groups costs a pass over the samples, except for what is computed from counts.
      interaction:
        measure.likelihood || groupCount < 3
          ? null
          : await interaction(measure, value, replicates, hard, soft.predicted, input, pace),
      valid: !doubt,
      ...(doubt ? { note: doubt.message } : {}),
    };
  }
  return { scores, joint: { soft: soft.joint, hard: hard.joint } };
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
  { n, present }: { n: number; present: number },
): Regime {
  let trace = 0;
  for (let z = 0; z < soft.marginal.length; z++)
    if (soft.marginal[z] > 0) trace += soft.squares[z] / soft.marginal[z];
  return {
    n,
    targetClasses: present,
    targetEntropy: target,
    softSourceClasses: trace,
    hardSourceClasses: hard.used,
  };
}
