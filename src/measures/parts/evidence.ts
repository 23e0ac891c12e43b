import { minimize } from '../../numerics/brent.js';
import type { FeatureData } from '../passes/featureData.js';
import type { CentredRidge } from './centredRidge.js';
import { type Forms, penalise } from './penalised.js';
import type { Targets, Turned } from './targets.js';

/** Decimal logarithms of r over the trace of FᵀF, from least to most, that are tried first. */
export const grid = { least: -14, most: 14, step: 0.1 };
const steps = Math.round((grid.most - grid.least) / grid.step);
/** By more than this a decade of r must change the evidence of a sample for its maximum not to exist. */
const rising = 1e-3;
/** Residuals below this share of the targets are rounding, where they are had as a difference. */
const rounding = 1e-11;

/** The maximised evidence of linear models for each column of targets. */
export interface Evidence {
  /** ln p(t) / n at its maximum, for each column. */
  values: Float64Array;
  /** A column for which the evidence has no maximum: features reproduce the targets exactly. */
  unbounded: boolean;
  /** What r is measured by. */
  scale: number;
  /** q of each column and the log-determinant at each point of the grid; NaN where they are rounding. */
  table: Point[];
}

/** What the evidence at some r is made of. */
export interface Point {
  residual: Float64Array;
  logDeterminant: number;
}

/**
 * Maximised evidence of t = Fw + noise, w ~ N(0, I / α), noise ~ N(0, I / β), no intercept (MacKay 1992): over r = α / β by a
 * grid and then Brent, β = n / q in closed form, q(r) = min_w ‖t - Fw‖² + r ‖w‖²:
 * L(r) = -½ [ln 2π + 1 + ln(q / n) + (1/n) ln det(I + FᵀF / r)].
 */
export async function maximisedEvidence(
  { ridge, targets, columns }: Turned,
  data: FeatureData,
): Promise<Evidence> {
  const { n } = data;
  const count = targets.columns;
  const values = new Float64Array(count);
  // Features that are all zero leave the targets as they are, whatever r.
  const scale = ridge.total || 1;
  const table: Point[] = [];
  for (let k = 0; k <= steps; k++) {
    table.push(pointAt(ridge, targets, columns, scale * 10 ** placeOf(k)));
    if (data.pace.due(3 * ridge.size * (count + 20))) await data.pace.pause();
  }
  let unbounded = false;
  for (let c = 0; c < count; c++) {
    const best = bestOf(table, c, n);
    const at = (k: number) => evidenceAt(table[k], c, n);
    const decade = Math.min(steps, best + Math.round(1 / grid.step));
    const end = best === 0 || Number.isNaN(table[best - 1].residual[c]);
    if (end && at(best) - at(decade) > rising) unbounded = true;
    const own = column(targets, columns, c);
    const { value } = minimize(
      x => {
        const point = pointAt(ridge, own.targets, own.turned, scale * 10 ** x);
        return -evidenceAt(point, 0, n);
      },
      placeOf(Math.max(0, best - 1)),
      placeOf(Math.min(steps, best + 1)),
      1e-6,
    );
    values[c] = Math.max(-value, at(best));
    if (data.pace.due(60 * ridge.size * 20)) await data.pace.pause();
  }
  return { values, unbounded, scale, table };
}

/** Decimal logarithm of r over the scale at a point of the grid. */
export function placeOf(k: number): number {
  return grid.least + k * grid.step;
}

export function bestOf(table: readonly Point[], c: number, n: number): number {
  let best = 0;
  for (let k = 1; k < table.length; k++)
    if (evidenceAt(table[k], c, n) > evidenceAt(table[best], c, n)) best = k;
  return best;
}

export function evidenceAt({ residual, logDeterminant }: Point, c: number, n: number): number {
  const value = evidence(residual[c], logDeterminant, n);
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

function pointAt(
  ridge: CentredRidge,
  targets: Targets,
  turned: Float64Array,
  penalty: number,
): Point {
  const { n, dual } = ridge;
  const penalised = penalise(ridge, targets, turned, penalty);
  if (!penalised)
    return { residual: new Float64Array(targets.columns).fill(Number.NaN), logDeterminant: 0 };
  const point = raw(penalised.forms, targets, n);
  if (!dual)
    for (let c = 0; c < targets.columns; c++) {
      const energy = targets.square[c] + n * targets.mean[c] ** 2;
      if (!(point.residual[c] > rounding * energy)) point.residual[c] = Number.NaN;
    }
  return point;
}

/**
 * From the regression with an intercept to the one without: q = q₀ + n (mean t - mᵀWZᵀt)² / (1 + n mᵀWm), and a determinant
 * that is 1 + n mᵀWm times as large (Sherman and Morrison on FᵀF = ZᵀZ + n mmᵀ, put so that nothing cancels).
 */
export function raw(
  { logDeterminant, residual, cross, mean }: Forms,
  targets: Targets,
  n: number,
): Point {
  const growth = 1 + n * mean;
  return {
    residual: residual.map((q, c) => q + (n * (targets.mean[c] - cross[c]) ** 2) / growth),
    logDeterminant: logDeterminant + Math.log(growth),
  };
}

export function evidence(residual: number, logDeterminant: number, n: number): number {
  return -0.5 * (Math.log(2 * Math.PI) + 1 + Math.log(residual / n) + logDeterminant / n);
}

/** One column alone. */
function column(targets: Targets, columns: Float64Array, c: number) {
  const size = columns.length / targets.columns;
  return {
    targets: {
      columns: 1,
      mean: targets.mean.slice(c, c + 1),
      square: targets.square.slice(c, c + 1),
      products: new Float64Array(0),
      at: (i: number) => targets.at(i, c),
      centred(i: number, to: Float64Array, at: number) {
        to[at] = targets.at(i, c) - targets.mean[c];
      },
    },
    turned: Float64Array.from({ length: size }, (_, i) => columns[i * targets.columns + c]),
  };
}
