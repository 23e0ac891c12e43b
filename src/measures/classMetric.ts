import type { Blas, Matrix } from '../numerics/blas.js';
import { inverseCholesky } from '../numerics/inverseCholesky.js';

/** Squared Mahalanobis distances of samples to a class, each computed without the sample itself. */
export interface ClassMetric {
  label: number;
  /** Of rows z in the principal axes of all samples, about their mean; their labels say which are the class's own. */
  distances(z: Float64Array, labels: Int32Array): Promise<Float64Array>;
}

/**
 * aᵀ Q⁻¹ b for Q = D + w RᵀR, D diagonal, R the class's n_c centred rows. With few rows by Woodbury's formula:
 * aᵀD⁻¹b - (Va)ᵀ(Vb), V = C⁻¹ R D⁻¹, C Cᵀ = I / w + R D⁻¹ Rᵀ. With more rows than features by Q itself: (Va)ᵀ(Vb), Vᵀ V = Q⁻¹.
 */
interface Form {
  /** 1 / D, or null where V is all of it. */
  diagonal: Float64Array | null;
  v: Matrix | null;
}

async function formOf(
  spread: Float64Array,
  scale: number,
  ridge: number,
  centred: Float64Array,
  count: number,
  weight: number,
  blas: Blas,
): Promise<Form | null> {
  const d = spread.length;
  const base = spread.map(v => scale * v + ridge);
  if (count <= 1) return { diagonal: base.map(v => 1 / v), v: null };
  const rows: Matrix = { data: centred, rows: count, columns: d };
  if (count > d) {
    const q = await blas.gram(rows);
    for (let at = 0; at < q.length; at++) q[at] *= weight;
    for (let j = 0; j < d; j++) q[j * d + j] += base[j];
    const inverse = await inverseCholesky(q, d, blas);
    return inverse && { diagonal: null, v: { data: inverse, rows: d, columns: d } };
  }
  const diagonal = base.map(v => 1 / v);
  const scaled: Matrix = { ...rows, data: centred.map((v, at) => v * diagonal[at % d]) };
  const kernel = await blas.multiply(scaled, rows, { transposeB: true });
  for (let i = 0; i < count; i++) kernel[i * count + i] += 1 / weight;
  const inverse = await inverseCholesky(kernel, count, blas);
  if (!inverse) return null;
  const v = await blas.multiply({ data: inverse, rows: count, columns: count }, scaled);
  return { diagonal, v: { data: v, rows: count, columns: d } };
}

/** V applied to rows. */
async function applied({ v }: Form, z: Float64Array, rows: number, blas: Blas) {
  if (!v) return new Float64Array(0);
  return blas.multiply({ data: z, rows, columns: v.columns }, v, { transposeB: true });
}

/** aᵀ Q⁻¹ b of rows that begin at `i` of a and `j` of b, by what V makes of them. */
function inner(
  { diagonal, v }: Form,
  a: Float64Array,
  va: Float64Array,
  i: number,
  b: Float64Array,
  vb: Float64Array,
  j: number,
  d: number,
): number {
  let base = 0;
  if (diagonal) for (let k = 0; k < d; k++) base += a[i * d + k] * diagonal[k] * b[j * d + k];
  if (!v) return base;
  let product = 0;
  const m = v.rows;
  for (let k = 0; k < m; k++) product += va[i * m + k] * vb[j * m + k];
  return diagonal ? base - product : product;
}

/**
 * The metric of a class from its rows (in principal axes, about the mean of all). `spread` holds the eigenvalues of the scatter T of
 * all n samples. For samples of other classes Q = W_c / (n_c + 1) + T / ((n_c + 1)(n - 1)) + ρ I less n t tᵀ / ((n_c + 1)(n - 1)²);
 * for its own Q = W_c / n_c + T / (n_c (n - 1)) + ρ I less r rᵀ / (n_c - 1) and n t tᵀ / (n_c (n - 1)²). Null where rounding spoils it.
 */
export async function classMetric(
  label: number,
  rows: Float64Array,
  count: number,
  spread: Float64Array,
  n: number,
  ridge: number,
  blas: Blas,
): Promise<ClassMetric | null> {
  const d = spread.length;
  const mean = new Float64Array(d);
  for (let at = 0; at < rows.length; at++) mean[at % d] += rows[at] / count;
  for (let at = 0; at < rows.length; at++) rows[at] -= mean[at % d];
  const form = (times: number) =>
    formOf(spread, 1 / times / (n - 1), ridge, rows, count, 1 / times, blas);
  const other = await form(count + 1);
  const own = await form(count);
  if (!other || !own) return null;
  const loss = (times: number): number => n / times / (n - 1) ** 2;
  const vMean = await applied(other, mean, 1, blas);
  const mm = inner(other, mean, vMean, 0, mean, vMean, 0, d);

  const ownDistance = (
    r: Float64Array,
    vr: Float64Array,
    t: Float64Array,
    vt: Float64Array,
    i: number,
  ) => {
    const tt = inner(own, t, vt, i, t, vt, i, d);
    const c = loss(count);
    if (count === 1) return (n / (n - 1)) ** 2 * (tt + (c * tt * tt) / (1 - c * tt));
    const rr = inner(own, r, vr, i, r, vr, i, d);
    const rt = inner(own, r, vr, i, t, vt, i, d);
    const b = 1 / (count - 1);
    // Two rank-one losses at once.
    const p = 1 - b * rr;
    const q = 1 - c * tt;
    const gain =
      (b * rr * rr * q + 2 * b * c * rr * rt * rt + c * rt * rt * p) / (p * q - b * c * rt * rt);
    return (count / (count - 1)) ** 2 * (rr + gain);
  };

  return {
    label,
    async distances(z, labels) {
      const total = labels.length;
      const distances = new Float64Array(total);
      const v = await applied(other, z, total, blas);
      const c = loss(count + 1);
      const mine: number[] = [];
      for (let i = 0; i < total; i++) {
        if (labels[i] === label) {
          mine.push(i);
          continue;
        }
        const tt = inner(other, z, v, i, z, v, i, d);
        const tm = inner(other, z, v, i, mean, vMean, 0, d);
        const overlap = tt - tm;
        distances[i] = tt - 2 * tm + mm + (c * overlap * overlap) / (1 - c * tt);
      }
      const t = new Float64Array(mine.length * d);
      mine.forEach((i, k) => {
        t.set(z.subarray(i * d, (i + 1) * d), k * d);
      });
      const r = t.map((value, at) => value - mean[at % d]);
      const vt = await applied(own, t, mine.length, blas);
      const vr = await applied(own, r, mine.length, blas);
      mine.forEach((i, k) => {
        distances[i] = ownDistance(r, vr, t, vt, k);
      });
      return distances;
    },
  };
}
