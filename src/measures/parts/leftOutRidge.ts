import { cholesky, logDeterminant, solveLower } from '../../numerics/cholesky.js';
import { whiten } from '../../numerics/shifted.js';
import type { FeatureData } from '../passes/featureData.js';
import { centredGram, type GroupRows } from './centredRidge.js';
import { type Forms, inner, type Penalised } from './penalised.js';
import type { Targets } from './targets.js';

/** What leaving a group out takes off, at the same penalty. */
export interface LeftOut {
  /** ln det of what the group's own predictions leave of it, M: |without| = |with| |M|. Not above 0. */
  logDeterminant: number;
  /** eᵀM⁻¹e for each column, e the group's residuals: how much the residual form falls by. */
  residual: Float64Array;
}

/**
 * A ridge regression without a group, by the group's block M = (I - H)_gg of its hat matrix H: exact (Sherman, Morrison and
 * Woodbury). With an intercept that is not penalised H = 11ᵀ/n + ZWZᵀ; without (`raw`) H = X(XᵀX + rI)⁻¹Xᵀ, which is that less
 * n γγᵀ / (1 + n mᵀWm), γ = 1/n - ZWm. Null where rounding leaves nothing of M.
 */
export async function leaveOut(
  { ridge, targets, penalty, forms, factor, white, whiteMean }: Penalised,
  { members, columns: group }: GroupRows,
  raw: boolean,
  data: FeatureData,
): Promise<LeftOut | null> {
  const { n, dual, size, lift } = ridge;
  const { columns } = targets;
  const count = members.length;
  const own = { data: whiten(factor, group, count), rows: size, columns: count };
  const m = await data.blas.gram(own);
  const fit = await data.blas.multiply(
    own,
    { data: white, rows: size, columns },
    { transposeA: true },
  );
  const gamma = await data.blas.multiply(
    own,
    { data: whiteMean, rows: size, columns: 1 },
    { transposeA: true },
  );
  for (let k = 0; k < count; k++) gamma[k] = 1 / n - gamma[k];
  const ones = (dual ? penalty / (penalty + lift) : 1) / n;
  const along = raw ? n / (1 + n * forms.mean) : 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) {
      const at = i * count + j;
      const centred = (dual ? penalty * m[at] : (i === j ? 1 : 0) - m[at]) - ones;
      m[at] = centred + along * gamma[i] * gamma[j];
    }
  for (let i = 0, at = 0; i < count; i++)
    for (let c = 0; c < columns; c++, at++) {
      const centred = dual
        ? penalty * fit[at]
        : targets.at(members[i], c) - targets.mean[c] - fit[at];
      fit[at] = centred + along * gamma[i] * (targets.mean[c] - forms.cross[c]);
    }
  const l = cholesky(m, count);
  if (!l) return null;
  solveLower(l, count, fit, columns);
  const residual = new Float64Array(columns);
  for (let at = 0; at < fit.length; at++) residual[at % columns] += fit[at] * fit[at];
  return { logDeterminant: logDeterminant(l, count), residual };
}

/** Whether the samples of a group are so many that what is left is better factorised itself. */
export function isLarge(count: number, { dimension, n }: FeatureData): boolean {
  return n > dimension && count > dimension;
}

/** The forms of a set by Cholesky of its own scatter; null where the penalty is lost in rounding. */
export async function directForms(
  set: FeatureData,
  targets: Targets,
  penalty: number,
): Promise<Forms | null> {
  const { n, dimension: d } = set;
  const { columns } = targets;
  const { gram, sum, shift } = await set.moments();
  const scatter = centredGram(gram, sum, n);
  for (let j = 0; j < d; j++) scatter[j * d + j] += penalty;
  const l = cholesky(scatter, d);
  if (!l) return null;
  const white = new Float64Array(d * columns);
  for (let c = 0; c < columns; c++)
    for (let j = 0; j < d; j++) white[j * columns + c] = targets.products[c * d + j];
  solveLower(l, d, white, columns);
  const mean = solveLower(
    l,
    d,
    shift.map((value, j) => value + sum[j] / n),
    1,
  );
  const forms = inner(white, mean, columns);
  for (let c = 0; c < columns; c++) forms.residual[c] = targets.square[c] - forms.residual[c];
  forms.logDeterminant = logDeterminant(l, d) - d * Math.log(penalty);
  return forms;
}
