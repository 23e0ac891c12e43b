import type { FeatureData } from '../passes/featureData.js';
import type { Moments } from '../passes/moments.js';
import { centredRidge, dot, groupAboutMean, groupRows } from './centredRidge.js';

/** The scatter A = Σ (x - m)(x - m)ᵀ of n samples about their mean m, as far as Ledoit and Wolf ask. */
export interface Scatter {
  n: number;
  dimension: number;
  /** tr A */
  trace: number;
  /** ‖A‖²_F */
  square: number;
  /** Σ ‖x - m‖⁴ */
  fourth: number;
}

/** Sums about some shift near the mean, from which a scatter follows: s = Σ x, G = Σ xxᵀ, k = Σ ‖x‖² x. */
interface Sums {
  n: number;
  dimension: number;
  trace: number;
  square: number;
  fourth: number;
  /** sᵀs, sᵀGs and kᵀs. */
  ss: number;
  sGs: number;
  ks: number;
}

/** Traces up to `rounding` are those of samples that are all the same. */
function about(
  { n, dimension, trace, square, fourth, ss, sGs, ks }: Sums,
  rounding: number,
): Scatter {
  const own = trace - ss / n;
  return {
    n,
    dimension,
    trace: own > rounding ? own : 0,
    square: Math.max(0, square - (2 * sGs) / n + (ss / n) ** 2),
    fourth: Math.max(
      0,
      fourth - (4 * ks) / n + (4 * sGs + 2 * trace * ss) / n ** 2 - (3 * ss * ss) / n ** 3,
    ),
  };
}

export async function scatterOf(data: FeatureData): Promise<Scatter> {
  return data.once('scatter', async () => {
    const moments = await data.moments();
    const { n, shift } = moments;
    return about(sumsOf(moments), 1e-24 * n * dot(shift, shift));
  });
}

function sumsOf({ n, sum, gram, cubic, fourth }: Moments): Sums {
  const d = sum.length;
  let trace = 0;
  for (let j = 0; j < d; j++) trace += gram[j * d + j];
  return {
    ...{ n, dimension: d, trace, square: dot(gram, gram), fourth },
    ss: dot(sum, sum),
    sGs: quadratic(gram, sum),
    ks: dot(cubic, sum),
  };
}

/** The scatter of what is left without a group: exact, without a d x d matrix of its own. */
export async function scatterWithout(data: FeatureData, group: number): Promise<Scatter> {
  const ridge = await centredRidge(data);
  const { n, dimension: d } = data;
  const all = await scatterOf(data);
  const { gram, cubic } = await data.moments();
  const { members, columns } = await groupRows(ridge, data, group);
  const z = await groupAboutMean(data, group);
  const count = members.length;
  const kernel =
    count === 0
      ? z
      : await data.blas.gram({ data: transposed(z, count, d), rows: d, columns: count });
  const sum = new Float64Array(d);
  let trace = 0;
  let fourth = 0;
  let alongCubic = 0;
  let zs = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < d; j++) sum[j] -= z[i * d + j];
    const own = kernel[i * count + i];
    trace += own;
    fourth += own * own;
  }
  for (let i = 0; i < count; i++) {
    let along = 0;
    for (let j = 0; j < count; j++) along -= kernel[i * count + j];
    alongCubic += kernel[i * count + i] * along;
    zs += along * along;
  }
  const left = {
    n: n - count,
    dimension: d,
    trace: all.trace - trace,
    square: all.square - 2 * spread(ridge, columns, count) + dot(kernel, kernel),
    fourth: all.fourth - fourth,
    ss: dot(sum, sum),
    sGs: quadratic(gram, sum) - zs,
    ks: dot(cubic, sum) - alongCubic,
  };
  return about(left, 1e-13 * all.trace);
}

/** Σ zᵀAz over the samples of a group, from its columns in the basis of T. */
function spread(
  { n, dual, size, diagonal, offDiagonal, lift }: Awaited<ReturnType<typeof centredRidge>>,
  v: Float64Array,
  count: number,
): number {
  let total = 0;
  for (let i = 0; i < size; i++)
    for (let k = 0; k < count; k++) {
      const at = i * count + k;
      const own = diagonal[i] * v[at];
      const next = i + 1 < size ? offDiagonal[i] * v[at + count] : 0;
      if (dual) {
        const before = i > 0 ? offDiagonal[i - 1] * v[at - count] : 0;
        total += (before + own + next) ** 2;
      } else total += v[at] * (own + 2 * next);
    }
  // The lifted direction of ones is in every row of ZZᵀ.
  return dual ? total - (count * lift * lift) / n : total;
}

export function quadratic(a: Float64Array, x: Float64Array): number {
  const size = x.length;
  let total = 0;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0, at = i * size; j < size; j++, at++) sum += a[at] * x[j];
    total += sum * x[i];
  }
  return total;
}

function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j];
  return out;
}

/**
 * The shrinkage a of (1 - a) S + a (tr S / d) I that Ledoit and Wolf (2004) estimate, S = A / n: a = β / δ with
 * δ = (‖S‖² - (tr S)² / d) / d and β = min(δ, (Σ ‖x - m‖⁴ / n - ‖S‖²) / (n d)), as in scikit-learn. 0 where S is a multiple of I.
 */
export function ledoitWolf({ n, dimension: d, trace, square, fourth }: Scatter): number {
  const size = square / n ** 2;
  const delta = (size - (trace / n) ** 2 / d) / d;
  // With one dimension nothing but rounding is left.
  if (!(delta > (1e-14 * size) / d)) return 0;
  return Math.max(0, Math.min(delta, (fourth / n - size) / (n * d))) / delta;
}
