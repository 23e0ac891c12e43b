import { studentQuantile } from '../numerics/student.js';
import type { Report } from './schema.js';

/** Of fewer samples the differences between scores are not yet what they are on more, and intervals are too wide. */
const fewest = 100;
/** Beyond so many times the samples that there are, an estimate is of no use to anybody. */
const most = 10;

/** Of so many degrees of freedom Student's distribution is the normal one. */
const many = 1e6;

/**
 * On how many samples the leader of a tie will probably (with a power of 80 %) be told from all models of the pool at 95 %, if the
 * differences between their scores are what they seem: their intervals narrow with the square root of the number of samples. That
 * all comparisons have to hold at once is allowed for by Bonferroni's inequality. docs/calibration.md says what comes of it.
 * @returns null where it is not known, of too few samples, or more than ten times as many as were scored
 */
export function samplesToTell({
  dataset,
  ranking,
}: Pick<Report, 'dataset' | 'ranking'>): number | null {
  if (dataset.scored < fewest) return null;
  const [leader, ...rivals] = ranking.ties[0] ?? [];
  const comparisons = ranking.order.length - 1;
  const normal = (p: number) => studentQuantile(p, many);
  // An interval's half width is that of one comparison.
  const wider = (normal(1 - 0.025 / comparisons) + normal(0.8)) / normal(0.975);
  let times = 1;
  for (const rival of rivals) {
    const pair = ranking.differences?.find(({ models: [a, b] }) => a === leader && b === rival);
    if (!pair || pair.low === null || !(pair.value > 0)) return null;
    times = Math.max(times, (((pair.value - pair.low) * wider) / pair.value) ** 2);
  }
  const wanted = Math.ceil(dataset.scored * times);
  return wanted > dataset.scored && times <= most ? wanted : null;
}
