import { notice } from '../../protocol/notice.js';
import type { FeatureMeasure, Parts, PoolMeasure, Regime } from '../measure.js';
import type { MeasureInput } from './blocks.js';
import { doubtOf } from './evaluateOutputs.js';
import { FeatureData } from './featureData.js';
import { fittedScore, unknown } from './fittedScore.js';
import type { Pace } from './pace.js';
import { pairInteraction } from './pairs.js';
import type { MeasureScore } from './score.js';

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
    const score = fittedScore(fitted, doubt);
    scores[measure.id] = score;
    const { without, variance } = fitted;
    if (!without || data.groupCount === 0) continue;
    score.variance = (await variance?.()) ?? null;
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
  for (const measure of measures)
    if (measure.needs === 'features' && scores[measure.id].variance === null)
      scores[measure.id].interaction = await pairInteraction(measure, scores[measure.id], data);
  return scores;
}
