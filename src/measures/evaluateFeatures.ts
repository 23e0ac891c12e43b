import { notice } from '../protocol/notice.js';
import type { MeasureInput } from './blocks.js';
import type { MeasureScore } from './evaluate.js';
import { doubtOf } from './evaluateOutputs.js';
import { FeatureData } from './featureData.js';
import type { FeatureMeasure, Fitted, Parts, PoolMeasure, Regime } from './measure.js';
import type { Pace } from './pace.js';

/** Fewer groups have too few pairs for the variance of their interactions. */
const fewestGroups = 20;

/** Scores by measures of the features. They are fitted one after the other; then each group is left out for all of them at once. */
export async function scoreFeatures(
  measures: readonly (FeatureMeasure | PoolMeasure)[],
  input: MeasureInput,
  regime: Regime,
  pace: Pace,
): Promise<Record<string, MeasureScore>> {
  const scores: Record<string, MeasureScore> = {};
  if (!input.features) {
    for (const { id } of measures)
      scores[id] = { ...unknown, valid: false, note: notice('measure.noFeatures', {}).message };
    return scores;
  }
  const data = FeatureData.of(input, input.features, pace);
  const leavers: { without(group: number): void | Promise<void> }[] = [];
  for (const measure of measures) {
    const doubt = doubtOf(measure, regime);
    if (measure.needs === 'pool') {
      const { parts, without } = await measure.parts(data);
      const list: Parts[] = [parts];
      scores[measure.id] = { ...unknown, ...doubt, parts: list };
      if (without)
        leavers.push({
          without: async g => {
            list.push(await without(g));
          },
        });
      continue;
    }
    const fitted = await measure.fit(data);
    const score = { ...scoreOf(fitted), ...doubtOfFit(fitted, doubt) };
    scores[measure.id] = score;
    const { without } = fitted;
    if (!without || data.groupCount === 0) continue;
    const replicates = new Float64Array(data.groupCount);
    score.replicates = replicates;
    leavers.push({
      without: async g => {
        replicates[g] = await without(g);
      },
    });
  }
  for (let g = 0; g < data.groupCount; g++) {
    for (const { without } of leavers) await without(g);
    await pace.pause();
  }
  const joined = data.groupCount >= fewestGroups ? data.joined() : null;
  for (const measure of measures) {
    const score = scores[measure.id];
    if (joined && measure.needs === 'features' && measure.pairs && score.replicates)
      score.interaction = await pairInteraction(measure, score.value, score.replicates, joined);
  }
  return scores;
}

/**
 * The variance of the interactions of pairs of groups (`MeasureScore.interaction`), from every second pair of neighbours: groups
 * are dealt at random, so these pairs stand for all.
 */
async function pairInteraction(
  measure: FeatureMeasure,
  value: number,
  replicates: Float64Array,
  joined: FeatureData,
): Promise<number | null> {
  const { without } = await measure.fit(joined);
  if (!without) return null;
  const count = replicates.length;
  const pairs = count >> 1;
  let sum = 0;
  let squares = 0;
  for (let p = 0; p < pairs; p++) {
    const single = replicates[2 * p] + replicates[2 * p + 1];
    const q = count * value - (count - 1) * single + (count - 2) * (await without(p));
    sum += q;
    squares += q * q;
    if (joined.pace.due(joined.n)) await joined.pace.pause();
  }
  return (squares - (sum * sum) / pairs) / (2 * (pairs - 1));
}

const unknown: Omit<MeasureScore, 'valid'> = {
  value: Number.NaN,
  replicates: null,
  interaction: null,
};

function scoreOf({ value, details }: Fitted): Omit<MeasureScore, 'valid'> {
  return { ...unknown, value, ...(details ? { details } : {}) };
}

function doubtOfFit({ doubt }: Fitted, before: Pick<MeasureScore, 'valid' | 'note'>) {
  return doubt && before.valid ? { valid: false, note: doubt.message } : before;
}
