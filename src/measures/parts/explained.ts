import type { FeatureData } from '../passes/featureData.js';
import { groupRows } from './centredRidge.js';
import { leaveOut } from './leftOutRidge.js';
import type { Penalised } from './penalised.js';
import { presentClasses, type Targets } from './targets.js';

/** Σ_c (‖t_c - mean‖² - residual) / n_c over the classes that have a sample: what a regression on their indicators explains. */
export function explained(
  { mean, square }: Pick<Targets, 'mean' | 'square'>,
  residual: Float64Array,
  n: number,
): number {
  let sum = 0;
  for (let c = 0; c < mean.length; c++)
    if (mean[c] > 0) sum += (square[c] - residual[c]) / (mean[c] * n);
  return Math.max(0, sum);
}

/** The same of what is left without a group, at the same penalty, and ln |I - H_gg|. Null where rounding leaves nothing of that. */
export async function explainedWithout(
  whole: Penalised,
  data: FeatureData,
  group: number,
): Promise<{ value: number; logDeterminant: number } | null> {
  const left = data.without(group);
  const fall = await leaveOut(whole, await groupRows(whole.ridge, data, group), false, data);
  if (!fall) return null;
  // Classes' numbers among those that are left.
  const mean = Float64Array.from(
    presentClasses(data),
    y => left.counts.ofClass[y] / Math.max(1, left.n),
  );
  const square = mean.map(share => left.n * share * (1 - share));
  const residual = whole.forms.residual.map((value, c) => value - fall.residual[c]);
  return {
    value: explained({ mean, square }, residual, left.n),
    logDeterminant: fall.logDeterminant,
  };
}
