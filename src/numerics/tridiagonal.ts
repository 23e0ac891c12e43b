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
 * `a` stays as it is. About 4/3 size³ operations.
 */
export function tridiagonalize(a: Float64Array, size: number): Tridiagonal {
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
  }
  return { size, diagonal, offDiagonal, reflectors, factors };
}

/**
 * Makes of x (its first `length` values) the u for which (I - factor u uᵀ) x has only its last value left; says which.
 * The largest component of u is one, whatever the scale of x.
 */
function reflection(x: Float64Array, length: number): { factor: number; value: number } {
  const last = length - 1;
  let scale = 0;
  let rest = 0;
  for (let k = 0; k < length; k++) scale = Math.max(scale, Math.abs(x[k]));
  if (!(scale > 0) || scale === Number.POSITIVE_INFINITY)
    return { factor: scale && Number.NaN, value: x[last] };
  for (let k = 0; k < last; k++) {
    x[k] /= scale;
    rest += x[k] * x[k];
  }
  const end = x[last] / scale;
  if (rest === 0) return { factor: 0, value: x[last] };
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

/** Qᵀ b for each of `count` vectors, one a row of `vectors` (count x size), in place. Returns them. */
export function toTridiagonal(
  t: Tridiagonal,
  vectors: Float64Array,
  count = vectors.length / t.size,
): Float64Array {
  for (let v = 0; v < count; v++)
    for (let i = t.size - 1; i > 0; i--) reflect(t, i, vectors, v * t.size);
  return vectors;
}

/** Q b for each of `count` vectors, one a row of `vectors` (count x size), in place. Returns them. */
export function fromTridiagonal(
  t: Tridiagonal,
  vectors: Float64Array,
  count = vectors.length / t.size,
): Float64Array {
  for (let v = 0; v < count; v++)
    for (let i = 1; i < t.size; i++) reflect(t, i, vectors, v * t.size);
  return vectors;
}

function reflect(
  { size, reflectors, factors }: Tridiagonal,
  i: number,
  to: Float64Array,
  start: number,
): void {
  if (factors[i] === 0) return;
  const row = i * size;
  let sum = 0;
  for (let k = 0; k < i; k++) sum += reflectors[row + k] * to[start + k];
  sum *= factors[i];
  for (let k = 0; k < i; k++) to[start + k] -= sum * reflectors[row + k];
}

/** All eigenvalues of T, ascending. Throws where T is not finite. */
export function tridiagonalEigenvalues(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): Float64Array {
  const values = diagonal.slice();
  implicitQl(values, offDiagonal, null);
  return values.sort();
}

/**
 * The implicit QL iteration (Martin and Wilkinson 1968): `d` becomes the eigenvalues, in no order. `rows`, size x size,
 * are rotated along: from the identity, or from Qᵀ, they become the eigenvectors, one a row.
 */
export function implicitQl(
  d: Float64Array,
  offDiagonal: Float64Array,
  rows: Float64Array | null,
): void {
  const size = d.length;
  const e = new Float64Array(size);
  e.set(offDiagonal.subarray(0, Math.max(0, size - 1)));
  for (let l = 0; l < size; l++) {
    for (let round = 0; ; round++) {
      let m = l;
      for (; m < size - 1; m++) {
        const near = Math.abs(d[m]) + Math.abs(d[m + 1]);
        if (Math.abs(e[m]) <= Number.EPSILON * near || Math.abs(e[m]) < 1e-300) break;
      }
      if (m === l) break;
      if (round === 60) throw new RangeError('the matrix has values that are not finite');
      let g = (d[l + 1] - d[l]) / (2 * e[l]);
      let r = Math.hypot(g, 1);
      g = d[m] - d[l] + e[l] / (g + (g < 0 ? -r : r));
      let s = 1;
      let c = 1;
      let shift = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i];
        const b = c * e[i];
        r = Math.sqrt(f * f + g * g);
        e[i + 1] = r;
        if (r === 0) break;
        s = f / r;
        c = g / r;
        g = d[i + 1] - shift;
        r = (d[i] - g) * s + 2 * c * b;
        shift = s * r;
        d[i + 1] = g + shift;
        g = c * r - b;
        if (rows) rotate(rows, size, i, c, s);
      }
      if (r === 0 && i >= l) {
        d[i + 1] -= shift;
        e[m] = 0;
        continue;
      }
      d[l] -= shift;
      e[l] = g;
      e[m] = 0;
    }
  }
}

function rotate(rows: Float64Array, size: number, i: number, c: number, s: number): void {
  for (let a = i * size, b = a + size, end = b; a < end; a++, b++) {
    const f = rows[b];
    const g = rows[a];
    rows[b] = s * g + c * f;
    rows[a] = c * g - s * f;
  }
}

/** What a penalty needs of T + shift I; `u` in the basis of T (`toTridiagonal`). */
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
