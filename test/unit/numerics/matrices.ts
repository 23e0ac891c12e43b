import { normals, random } from '../../../src/numerics/random.js';

/** rows x columns standard normal values. */
export function normalValues(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, normals(random(seed)));
}

/** op(A) op(B) by the definition: m x k times k x n. */
export function naiveProduct(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  m: number,
  n: number,
  k: number,
  { transposeA = false, transposeB = false } = {},
): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let l = 0; l < k; l++)
        c[i * n + j] +=
          a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j];
  return c;
}

/** Q diag(values) Qᵀ for a random orthonormal Q. */
export function symmetricWith(values: readonly number[], seed: number): Float64Array {
  const size = values.length;
  const q = normalValues(size * size, seed);
  for (let i = 0; i < size; i++) {
    const row = q.subarray(i * size, (i + 1) * size);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = q.subarray(j * size, (j + 1) * size);
        const along = row.reduce((sum, v, k) => sum + v * other[k], 0);
        for (let k = 0; k < size; k++) row[k] -= along * other[k];
      }
      const norm = Math.sqrt(row.reduce((sum, v) => sum + v * v, 0));
      for (let k = 0; k < size; k++) row[k] /= norm;
    }
  }
  const scaled = q.map((v, at) => v * values[Math.floor(at / size)]);
  const a = naiveProduct(q, scaled, size, size, size, { transposeA: true });
  // Exactly symmetric.
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) a[j * size + i] = a[i * size + j];
  return a;
}

/** 1 / (i + j + 1): positive definite, of condition 5e11 at size 9. */
export function hilbert(size: number): Float64Array {
  return Float64Array.from(
    { length: size * size },
    (_, at) => 1 / (Math.floor(at / size) + (at % size) + 1),
  );
}

/** The largest absolute difference; infinite where a value is no number or lengths differ. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= most)) most = difference >= 0 ? difference : Number.POSITIVE_INFINITY;
  }
  return most;
}
