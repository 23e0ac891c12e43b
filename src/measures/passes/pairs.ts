import type { FeatureMeasure } from '../measure.js';
import type { FeatureData } from './featureData.js';
import type { MeasureScore } from './score.js';

/** Fewer groups have too few pairs for the variance of their interactions. */
const fewestGroups = 20;

/**
 * Whether samples are few enough against the dimension for what pairs of them do together to matter to a measure of second
 * moments: its share of the variance falls as d / n, and is some hundredths here (docs/calibration.md).
 */
export function pairsMatter(n: number, d: number): boolean {
  return n < 16 * d;
}

/**
 * The variance of the interactions of pairs of groups (`MeasureScore.interaction`), from every second pair of neighbours: groups
 * are dealt at random, so these pairs stand for all. Null where a measure does not ask for it.
 */
export async function pairInteraction(
  measure: FeatureMeasure,
  { value, replicates }: Pick<MeasureScore, 'value' | 'replicates'>,
  data: FeatureData,
): Promise<number | null> {
  const count = data.groupCount;
  if (!replicates || count < fewestGroups || !measure.pairs?.(data.n, data.dimension)) return null;
  const joined = data.joined();
  const { without } = await measure.fit(joined);
  if (!without) return null;
  const pairs = count >> 1;
  let sum = 0;
  let squares = 0;
  for (let p = 0; p < pairs; p++) {
    const single = replicates[2 * p] + replicates[2 * p + 1];
    const q = count * value - (count - 1) * single + (count - 2) * (await without(p));
    sum += q;
    squares += q * q;
    if (data.pace.due(data.n)) await data.pace.pause();
  }
  return (squares - (sum * sum) / pairs) / (2 * (pairs - 1));
}
