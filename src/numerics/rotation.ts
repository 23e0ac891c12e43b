import type { Blas } from './blas.js';
import type { Tridiagonal } from './tridiagonal.js';

/** Reflections that are applied as one: the inner length of the products. */
const together = 64;

/**
 * The Q of A = Q T Qᵀ as a matrix (size x size, row-major), for many vectors: the rows of B Q are Qᵀ b. Reflections are
 * joined to I - Vᵀ M V, so that matrix products do the work (Bischof and Van Loan 1987). Two matrices beside `t` at a time.
 */
export async function rotation(
  { size, reflectors, factors }: Tridiagonal,
  blas: Blas,
): Promise<Float64Array> {
  // Reflections up to i change the leading i x i block only: Q grows.
  let q: Float64Array = new Float64Array(0);
  let known = 0;
  for (let first = 1; first < size; first += together) {
    const last = Math.min(first + together, size);
    const count = last - first;
    const m = last - 1;
    const v = new Float64Array(count * m);
    for (let k = 0; k < count; k++) {
      const row = (first + k) * size;
      v.set(reflectors.subarray(row, row + first + k), k * m);
    }
    const product = await timesQ(v, count, m, q, known, blas);
    lowerTimes(joined(v, count, m, factors.subarray(first, last)), product, count, m);
    const next = await blas.multiply(
      { data: v, rows: count, columns: m },
      { data: product, rows: count, columns: m },
      { transposeA: true },
    );
    for (let k = 0; k < next.length; k++) next[k] = -next[k];
    for (let i = 0; i < known; i++)
      for (let j = 0; j < known; j++) next[i * m + j] += q[i * known + j];
    for (let i = known; i < m; i++) next[i * m + i] += 1;
    q = next;
    known = m;
  }
  const whole = new Float64Array(size * size);
  for (let i = 0; i < known; i++) whole.set(q.subarray(i * known, (i + 1) * known), i * size);
  for (let i = known; i < size; i++) whole[i * size + i] = 1;
  return whole;
}

/** V (count x m) times the matrix that is q (known x known) in its leading block and else the identity. */
async function timesQ(
  v: Float64Array,
  count: number,
  m: number,
  q: Float64Array,
  known: number,
  blas: Blas,
): Promise<Float64Array> {
  const product = v.slice();
  if (known === 0) return product;
  const left = new Float64Array(count * known);
  for (let k = 0; k < count; k++) left.set(v.subarray(k * m, k * m + known), k * known);
  const changed = await blas.multiply(
    { data: left, rows: count, columns: known },
    { data: q, rows: known, columns: known },
  );
  for (let k = 0; k < count; k++) product.set(changed.subarray(k * known, (k + 1) * known), k * m);
  return product;
}

/** Lower triangular M with (I - f u uᵀ) ... (I - f₀ u₀ u₀ᵀ) = I - Vᵀ M V for the rows u of V, the first one applied first. */
function joined(v: Float64Array, count: number, m: number, factors: Float64Array): Float64Array {
  const joint = new Float64Array(count * count);
  const inner = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let i = 0; i < m; i++) sum += v[k * m + i] * v[j * m + i];
      inner[j] = sum;
    }
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let i = j; i < k; i++) sum += inner[i] * joint[i * count + j];
      joint[k * count + j] = -factors[k] * sum;
    }
    joint[k * count + k] = factors[k];
  }
  return joint;
}

/** Replaces B (count x m) by L B. */
function lowerTimes(l: Float64Array, b: Float64Array, count: number, m: number): void {
  for (let k = count - 1; k >= 0; k--) {
    const row = k * m;
    const own = l[k * count + k];
    for (let i = 0; i < m; i++) b[row + i] *= own;
    for (let j = 0; j < k; j++) {
      const factor = l[k * count + j];
      for (let i = 0; i < m; i++) b[row + i] += factor * b[j * m + i];
    }
  }
}
