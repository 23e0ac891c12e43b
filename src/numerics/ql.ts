import type { Steps } from './steps.js';

/**
 * The implicit QL iteration for a symmetric tridiagonal matrix (Martin and Wilkinson 1968): `d`, its diagonal, becomes
 * its eigenvalues, in no order. `rows`, `size` of them, are rotated along: from the identity they become the eigenvectors,
 * one a row; from vectors, one a column, their components along these. Sweep by sweep. Throws a RangeError where values are
 * not finite.
 */
export function* implicitQling(
  d: Float64Array,
  offDiagonal: Float64Array,
  rows: Float64Array | null = null,
): Steps<void> {
  const size = d.length;
  const e = new Float64Array(size);
  e.set(offDiagonal.subarray(0, Math.max(0, size - 1)));
  let scale = 0;
  for (let i = 0; i < size; i++) scale = Math.max(scale, Math.abs(d[i]), Math.abs(e[i]));
  if (scale === 0) return;
  if (!Number.isFinite(scale)) throw new RangeError('a matrix has values that are not finite');
  // Squares of what is very large or small leave the range of numbers.
  for (let i = 0; i < size; i++) {
    d[i] /= scale;
    e[i] /= scale;
  }
  for (let first = 0; first < size; first++) {
    // Two or three rounds are usual.
    for (let round = 0; round < 100; round++) {
      const last = blockEnd(d, e, first);
      if (last === first) break;
      sweep(d, e, first, last, rows);
      yield (last - first) * (20 + 4 * (rows ? rows.length / size : 0));
    }
  }
  for (let i = 0; i < size; i++) d[i] *= scale;
}

/** Where the block that starts at `first` ends: beyond, what couples it to the rest is nothing but rounding. */
function blockEnd(d: Float64Array, e: Float64Array, first: number): number {
  let m = first;
  for (; m < d.length - 1; m++) {
    const coupling = Math.abs(e[m]);
    if (coupling <= Number.EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1]))) break;
    if (coupling < 1e-150) break;
  }
  return m;
}

/** One QL step, shifted by Wilkinson's rule, from the end of a block to its start. */
function sweep(
  d: Float64Array,
  e: Float64Array,
  first: number,
  last: number,
  rows: Float64Array | null,
): void {
  const ratio = (d[first + 1] - d[first]) / (2 * e[first]);
  const root = Math.hypot(ratio, 1);
  let g = d[last] - d[first] + e[first] / (ratio + (ratio < 0 ? -root : root));
  let s = 1;
  let c = 1;
  let change = 0;
  for (let i = last - 1; i >= first; i--) {
    const f = s * e[i];
    const b = c * e[i];
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      // The block has fallen apart here; the next round sees it.
      d[i + 1] -= change;
      e[last] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - change;
    const t = (d[i] - g) * s + 2 * c * b;
    change = s * t;
    d[i + 1] = g + change;
    g = c * t - b;
    if (rows) rotate(rows, rows.length / d.length, i, c, s);
  }
  d[first] -= change;
  e[first] = g;
  e[last] = 0;
}

/** Rotates rows i and i + 1 into each other. */
function rotate(rows: Float64Array, width: number, i: number, c: number, s: number): void {
  for (let a = i * width, b = a + width, end = b; a < end; a++, b++) {
    const f = rows[b];
    const g = rows[a];
    rows[b] = s * g + c * f;
    rows[a] = c * g - s * f;
  }
}
