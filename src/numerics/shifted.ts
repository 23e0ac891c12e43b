import type { Tridiagonal } from './tridiagonal.js';

/** T + shift I = L D Lᵀ: L has ones on its diagonal and `ratios` below it. */
export interface ShiftedFactor {
  /** `ratios[i]` couples i to i - 1; the first is 0. */
  ratios: Float64Array;
  pivots: Float64Array;
  /** ln det (T + shift I) */
  logDeterminant: number;
}

/** Null where T + shift I is not positive definite to rounding. */
export function factorShifted(
  { size, diagonal, offDiagonal }: Pick<Tridiagonal, 'size' | 'diagonal' | 'offDiagonal'>,
  shift: number,
): ShiftedFactor | null {
  const ratios = new Float64Array(size);
  const pivots = new Float64Array(size);
  let logDeterminant = 0;
  for (let i = 0; i < size; i++) {
    if (i > 0) ratios[i] = offDiagonal[i - 1] / pivots[i - 1];
    const pivot = diagonal[i] + shift - (i === 0 ? 0 : ratios[i] * offDiagonal[i - 1]);
    if (!(pivot > 0)) return null;
    pivots[i] = pivot;
    logDeterminant += Math.log(pivot);
  }
  return { ratios, pivots, logDeterminant };
}

/** D^-½ L⁻¹ B for B of size x columns (row-major), a new matrix: its inner products are those of (T + shift I)⁻¹. */
export function whiten(
  { ratios, pivots }: ShiftedFactor,
  b: Float64Array,
  columns: number,
): Float64Array {
  const out = b.slice();
  for (let i = 1; i < ratios.length; i++) {
    const ratio = ratios[i];
    const row = i * columns;
    for (let at = row, above = row - columns; above < row; at++, above++)
      out[at] -= ratio * out[above];
  }
  for (let i = 0; i < ratios.length; i++) {
    const scale = 1 / Math.sqrt(pivots[i]);
    for (let at = i * columns; at < (i + 1) * columns; at++) out[at] *= scale;
  }
  return out;
}
