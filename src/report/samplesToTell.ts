import { studentQuantile } from '../numerics/student.js';
import type { Report } from './schema.js';

/** Beyond so many times the samples that there are, an estimate is of no use to anybody. */
const most = 10;

/** Of so many degrees of freedom Student's distribution is the normal one. */
const many = 1e6;

/**
 * On how many samples the leader of a tie will be told from all models of the pool at 95 %, as long as the differences
 * between their scores stay what they are: their intervals narrow with the square root of the number of samples. That all
 * comparisons have to hold at once is allowed for by Bonferroni's inequality.
 * @returns null where it is not known, or more than ten times as many as were scored
 */
export function samplesToTell({
  dataset,
  ranking,
}: Pick<Report, 'dataset' | 'ranking'>): number | null {
  const [leader, ...rivals] = ranking.ties[0] ?? [];
  const comparisons = ranking.order.length - 1;
  const critical = studentQuantile(1 - 0.025 / comparisons, many) / studentQuantile(0.975, many);
  let times = 1;
  for (const rival of rivals) {
    const pair = ranking.differences?.find(({ models: [a, b] }) => a === leader && b === rival);
    if (!pair || pair.low === null || !(pair.value > 0)) return null;
    times = Math.max(times, (((pair.value - pair.low) * critical) / pair.value) ** 2);
  }
  const wanted = Math.ceil(dataset.scored * times);
  return wanted > dataset.scored && times <= most ? wanted : null;
}
