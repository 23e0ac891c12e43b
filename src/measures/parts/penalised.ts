import { factorShifted, type ShiftedFactor, whiten } from '../../numerics/shifted.js';
import type { CentredRidge } from './centredRidge.js';
import type { Targets } from './targets.js';

/** What a penalty r makes of the targets. W = (ZᵀZ + r I)⁻¹. */
export interface Forms {
  /** ln det (ZᵀZ / r + I) */
  logDeterminant: number;
  /** min over w and an intercept of ‖t - Zw‖² + r ‖w‖², for each column. */
  residual: Float64Array;
  /** mᵀWZᵀt, for each column. */
  cross: Float64Array;
  /** mᵀWm */
  mean: number;
}

/** The same, and what leaving samples out needs. */
export interface Penalised {
  ridge: CentredRidge;
  targets: Targets;
  penalty: number;
  forms: Forms;
  factor: ShiftedFactor;
  /** Turned targets and mean, whitened by T + r I. */
  white: Float64Array;
  whiteMean: Float64Array;
}

/** Null where the penalty is lost in the rounding of T. `turned` are the targets' columns. */
export function penalise(
  ridge: CentredRidge,
  targets: Targets,
  turned: Float64Array,
  penalty: number,
): Penalised | null {
  const { dual, meanSquare, lift } = ridge;
  const factor = factorShifted(ridge, penalty);
  if (!factor) return null;
  const white = whiten(factor, turned, targets.columns);
  const whiteMean = whiten(factor, ridge.mean, 1);
  const forms = inner(white, whiteMean, targets.columns);
  forms.logDeterminant = factor.logDeterminant - ridge.size * Math.log(penalty);
  if (dual) {
    // r (ZZᵀ + r I)⁻¹ is what the fit leaves of a vector.
    for (let c = 0; c < targets.columns; c++) forms.residual[c] *= penalty;
    forms.logDeterminant -= Math.log1p(lift / penalty);
    const least = meanSquare / (ridge.total + penalty);
    forms.mean = Math.max((meanSquare - forms.mean) / penalty, least);
  } else
    for (let c = 0; c < targets.columns; c++)
      forms.residual[c] = targets.square[c] - forms.residual[c];
  return { ridge, targets, penalty, forms, factor, white, whiteMean };
}

/** Squares of the columns of `white`, in `residual`; their products with `whiteMean`; and its own square. */
export function inner(white: Float64Array, whiteMean: Float64Array, columns: number): Forms {
  const residual = new Float64Array(columns);
  const cross = new Float64Array(columns);
  let mean = 0;
  for (let i = 0, at = 0; i < whiteMean.length; i++) {
    const m = whiteMean[i];
    mean += m * m;
    for (let c = 0; c < columns; c++, at++) {
      const w = white[at];
      residual[c] += w * w;
      cross[c] += m * w;
    }
  }
  return { logDeterminant: 0, residual, cross, mean };
}
