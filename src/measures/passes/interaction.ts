import type { OutputMeasure } from '../measure.js';
import type { MeasureInput } from './blocks.js';
import type { HardCounts } from './hardCounts.js';
import type { Pace } from './pace.js';
import { rowsByKey } from './rowsByKey.js';

/** The variance of the interactions of pairs of groups (`MeasureScore.interaction`) of a measure of counts. */
export async function interaction(
  measure: OutputMeasure,
  value: number,
  replicates: readonly number[],
  hard: HardCounts,
  predicted: Int32Array,
  { labels, groups, groupCount }: MeasureInput,
  pace: Pace,
): Promise<number> {
  const { rows, starts } = rowsByKey(groups, groupCount);
  const change = (g: number, by: 1 | -1) => {
    for (let k = starts[g]; k < starts[g + 1]; k++)
      hard.change(labels[rows[k]], predicted[rows[k]], by);
  };
  const none = new Float64Array(0);
  let sum = 0;
  let squares = 0;
  for (let g = 0; g < groupCount; g++) {
    change(g, -1);
    for (let h = g + 1; h < groupCount; h++) {
      change(h, -1);
      const statistics = {
        counts: hard.counts(),
        logLikelihood: none,
        entropies: hard.entropies(),
      };
      const without = measure.value(statistics);
      change(h, 1);
      const q =
        groupCount * value -
        (groupCount - 1) * (replicates[g] + replicates[h]) +
        (groupCount - 2) * without;
      sum += q;
      squares += q * q;
    }
    change(g, 1);
    // A change of counts costs as much as some ten numbers of an output.
    if (pace.due(20 * labels.length)) await pace.pause();
  }
  const pairs = (groupCount * (groupCount - 1)) / 2;
  return (squares - (sum * sum) / pairs) / (2 * pairs);
}
