import { implicitQling } from './ql.js';
import { atOnce, type Steps } from './steps.js';

/** A symmetric matrix as Q T Qᵀ: T has only a diagonal and its neighbours, Q is a product of reflections. */
export interface Tridiagonal {
  size: number;
  /** `size` values. */
  diagonal: Float64Array;
  /** `size - 1` values: `offDiagonal[i]` couples i and i + 1. */
  offDiagonal: Float64Array;
  /** size x size; row i holds, before its diagonal, the vector u of the reflection I - factors[i] u uᵀ. */
  reflectors: Float64Array;
  factors: Float64Array;
}

/**
 * Householder's reduction of a symmetric matrix (size x size, row-major, its lower half is read), from the last row up.
 * `a` stays as it is. About 4/3 size³ operations. Panels, as LAPACK's dsytrd has them, would gain nothing: JavaScript has
 * no vector units to feed, and the product and the update run at the speed of a matrix product as they are.
 */
export function tridiagonalize(a: Float64Array, size: number): Tridiagonal {
  return atOnce(tridiagonalizing(a, size));
}

/** The same row by row. */
export function* tridiagonalizing(a: Float64Array, size: number): Steps<Tridiagonal> {
  const reflectors = a.slice(0, size * size);
  const factors = new Float64Array(size);
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(Math.max(0, size - 1));
  // The last reflection is applied while the next product is taken: one sweep over the matrix instead of two.
  let u = new Float64Array(size);
  let w = new Float64Array(size);
  let x = new Float64Array(size);
  let p = new Float64Array(size);
  for (let i = size - 1; i >= 0; i--) {
    const row = i * size;
    for (let k = 0; k <= i; k++) reflectors[row + k] -= u[i] * w[k] + w[i] * u[k];
    diagonal[i] = reflectors[row + i];
    if (i === 0) break;
    x.set(reflectors.subarray(row, row + i));
    const { factor, value } = reflection(x, i);
    offDiagonal[i - 1] = value;
    factors[i] = factor;
    reflectors.set(x.subarray(0, i), row);
    sweep(reflectors, size, i, u, w, x, p);
    // A minus u wᵀ plus w uᵀ is the reflected matrix for this w.
    let overlap = 0;
    for (let k = 0; k < i; k++) overlap += p[k] * x[k];
    const half = (factor * factor * overlap) / 2;
    for (let k = 0; k < i; k++) p[k] = factor * p[k] - half * x[k];
    [u, w, x, p] = [x, p, u, w];
    yield 2 * i * i;
  }
  return { size, diagonal, offDiagonal, reflectors, factors };
}

/**
 * Makes of x (its first `length` values, at any scale) the u for which (I - factor u uᵀ) x has only its last value
 * left, and says which.
 */
function reflection(x: Float64Array, length: number): { factor: number; value: number } {
  const last = length - 1;
  let scale = 0;
  let rest = 0;
  for (let k = 0; k < length; k++) scale = Math.max(scale, Math.abs(x[k]));
  if (scale === 0) return { factor: 0, value: 0 };
  for (let k = 0; k < last; k++) {
    x[k] /= scale;
    rest += x[k] * x[k];
  }
  const end = x[last] / scale;
  if (rest === 0) {
    const value = x[last];
    x.fill(0, 0, length);
    return { factor: 0, value };
  }
  const norm = Math.sqrt(rest + end * end);
  // The sign that adds, so that nothing cancels.
  const value = end > 0 ? -norm : norm;
  x[last] = end - value;
  return { factor: 2 / (rest + x[last] * x[last]), value: value * scale };
}

/** In the leading m x m lower half: A -= u wᵀ + w uᵀ, and p = A x of the whole symmetric matrix. */
function sweep(
  a: Float64Array,
  size: number,
  m: number,
  u: Float64Array,
  w: Float64Array,
  x: Float64Array,
  p: Float64Array,
): void {
  let i = 0;
  for (; i + 1 < m; i += 2) {
    let r0 = i * size;
    let r1 = r0 + size;
    const u0 = u[i];
    const u1 = u[i + 1];
    const w0 = w[i];
    const w1 = w[i + 1];
    const x0 = x[i];
    const x1 = x[i + 1];
    let s0 = 0;
    let s1 = 0;
    for (let k = 0; k < i; k++, r0++, r1++) {
      const uk = u[k];
      const wk = w[k];
      const xk = x[k];
      const a0 = a[r0] - (u0 * wk + w0 * uk);
      const a1 = a[r1] - (u1 * wk + w1 * uk);
      a[r0] = a0;
      a[r1] = a1;
      s0 += a0 * xk;
      s1 += a1 * xk;
      p[k] += a0 * x0 + a1 * x1;
    }
    const a00 = a[r0] - 2 * u0 * w0;
    const a10 = a[r1] - (u1 * w0 + w1 * u0);
    const a11 = a[r1 + 1] - 2 * u1 * w1;
    a[r0] = a00;
    a[r1] = a10;
    a[r1 + 1] = a11;
    p[i] = s0 + a00 * x0 + a10 * x1;
    p[i + 1] = s1 + a10 * x0 + a11 * x1;
  }
  if (i < m) {
    const row = i * size;
    let sum = 0;
    for (let k = 0; k < i; k++) {
      const value = a[row + k] - (u[i] * w[k] + w[i] * u[k]);
      a[row + k] = value;
      sum += value * x[k];
      p[k] += value * x[i];
    }
    a[row + i] -= 2 * u[i] * w[i];
    p[i] = sum + a[row + i] * x[i];
  }
}

/** Qᵀ b for each of `count` vectors, one a row of `vectors` (count x size), in place; four at a time. Returns them. */
export function* turningTo(
  t: Tridiagonal,
  vectors: Float64Array,
  count = vectors.length / t.size,
): Steps<Float64Array> {
  for (let v = 0; v < count; v += 4) {
    for (let i = t.size - 1; i > 0; i--) reflect(t, i, vectors, v, Math.min(4, count - v));
    yield 4 * t.size ** 2;
  }
  return vectors;
}

/** Q b for each of `count` vectors, one a row of `vectors` (count x size), in place; four at a time. Returns them. */
export function* turningFrom(
  t: Tridiagonal,
  vectors: Float64Array,
  count = vectors.length / t.size,
): Steps<Float64Array> {
  for (let v = 0; v < count; v += 4) {
    for (let i = 1; i < t.size; i++) reflect(t, i, vectors, v, Math.min(4, count - v));
    yield 4 * t.size ** 2;
  }
  return vectors;
}

/** Applies reflection i to `count` rows from row `first`, to four of them in one sweep: sums do not wait for each other. */
function reflect(
  { size, reflectors, factors }: Tridiagonal,
  i: number,
  to: Float64Array,
  first: number,
  count: number,
): void {
  const factor = factors[i];
  if (factor === 0) return;
  const row = i * size;
  if (count < 4) {
    for (let start = first * size; start < (first + count) * size; start += size) {
      let sum = 0;
      for (let k = 0; k < i; k++) sum += reflectors[row + k] * to[start + k];
      sum *= factor;
      for (let k = 0; k < i; k++) to[start + k] -= sum * reflectors[row + k];
    }
    return;
  }
  const b0 = first * size;
  const b1 = b0 + size;
  const b2 = b1 + size;
  const b3 = b2 + size;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = 0; k < i; k++) {
    const u = reflectors[row + k];
    s0 += u * to[b0 + k];
    s1 += u * to[b1 + k];
    s2 += u * to[b2 + k];
    s3 += u * to[b3 + k];
  }
  s0 *= factor;
  s1 *= factor;
  s2 *= factor;
  s3 *= factor;
  for (let k = 0; k < i; k++) {
    const u = reflectors[row + k];
    to[b0 + k] -= s0 * u;
    to[b1 + k] -= s1 * u;
    to[b2 + k] -= s2 * u;
    to[b3 + k] -= s3 * u;
  }
}

/** All eigenvalues of T, ascending. Throws a RangeError where T has values that are not finite. */
export function tridiagonalEigenvalues(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): Float64Array {
  return atOnce(eigenvaluesOf(diagonal, offDiagonal));
}

/** The same sweep by sweep. */
export function* eigenvaluesOf(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): Steps<Float64Array> {
  const values = diagonal.slice();
  yield* implicitQling(values, offDiagonal);
  return values.sort();
}

/** What a penalty needs of T + shift I; `u` in the basis of T (`turningTo`). */
export interface ShiftedSolution {
  /** ln det (T + shift I) */
  logDeterminant: number;
  /** uᵀ (T + shift I)⁻¹ u */
  quadratic: number;
  /** uᵀ (T + shift I)⁻² u = ‖(T + shift I)⁻¹ u‖² */
  squared: number;
}

/** All that for one u in O(size), by L D Lᵀ; null where T + shift I is not positive definite to rounding. */
export function solveShifted(
  { size, diagonal, offDiagonal }: Pick<Tridiagonal, 'size' | 'diagonal' | 'offDiagonal'>,
  shift: number,
  u: Float64Array,
): ShiftedSolution | null {
  const pivots = new Float64Array(size);
  const y = new Float64Array(size);
  let logDeterminant = 0;
  let quadratic = 0;
  for (let i = 0; i < size; i++) {
    const ratio = i === 0 ? 0 : offDiagonal[i - 1] / pivots[i - 1];
    const pivot = diagonal[i] + shift - (i === 0 ? 0 : ratio * offDiagonal[i - 1]);
    if (!(pivot > 0)) return null;
    pivots[i] = pivot;
    y[i] = u[i] - (i === 0 ? 0 : ratio * y[i - 1]);
    logDeterminant += Math.log(pivot);
    quadratic += (y[i] * y[i]) / pivot;
  }
  let squared = 0;
  let next = 0;
  for (let i = size - 1; i >= 0; i--) {
    next = (y[i] - (i < size - 1 ? offDiagonal[i] * next : 0)) / pivots[i];
    squared += next * next;
  }
  return { logDeterminant, quadratic, squared };
}
