import type { Blas, Matrix } from '../../numerics/blas.js';
import { inverseCholesky } from '../../numerics/inverseCholesky.js';

/** How a set of samples lies, in the principal axes of a larger one or its own. */
export interface Spread {
  n: number;
  /** Eigenvalues of the scatter of the set that the axes are of. */
  values: Float64Array;
  /** L: the set's own scatter is diag(values) - LᵀL; null where it is the same set. */
  lost: Matrix | null;
  /** ρ */
  ridge: number;
}

/** B⁻¹ = D⁻¹ + GᵀG of B = T / (times (n - 1)) + ρ I, T the scatter of the set. */
interface Base {
  /** 1 / D */
  diagonal: Float64Array;
  /** G; null where nothing was lost. */
  gain: Matrix | null;
  /** Of T in B. */
  scale: number;
}

/** Nothing of a lost group's leverage may be so near one that half of the digits are gone. */
const largestInverse = 1e4;

/** Classes of as many samples share their base; null where rounding spoils it. */
export class Bases {
  private readonly made = new Map<number, Promise<Base | null>>();

  constructor(
    readonly spread: Spread,
    readonly blas: Blas,
  ) {}

  of(times: number): Promise<Base | null> {
    let base = this.made.get(times);
    if (!base) {
      base = this.make(times);
      this.made.set(times, base);
    }
    return base;
  }

  private async make(times: number): Promise<Base | null> {
    const { n, values, lost, ridge } = this.spread;
    const scale = 1 / times / (n - 1);
    const diagonal = values.map(v => 1 / (scale * v + ridge));
    if (!lost) return { diagonal, gain: null, scale };
    const { rows, columns } = lost;
    const scaled = { ...lost, data: new Float64Array(rows * columns) };
    for (let i = 0, at = 0; i < rows; i++)
      for (let j = 0; j < columns; j++, at++) scaled.data[at] = lost.data[at] * diagonal[j];
    const kernel = await this.blas.multiply(scaled, lost, { transposeB: true });
    for (let at = 0; at < kernel.length; at++) kernel[at] *= -scale;
    for (let i = 0; i < rows; i++) kernel[i * rows + i] += 1;
    const inverse = await inverseCholesky(kernel, rows, this.blas);
    if (!inverse?.every(v => Math.abs(v) < largestInverse)) return null;
    const root = Math.sqrt(scale);
    const left = { data: inverse.map(v => root * v), rows, columns: rows };
    return {
      diagonal,
      gain: { data: await this.blas.multiply(left, scaled), rows, columns },
      scale,
    };
  }
}

/** Some samples of a set in its axes, about its mean; what several classes need of them is computed once. */
export class Rows {
  private readonly squares = new Map<Base, Promise<Float64Array>>();

  constructor(
    /** float64 [rows, d] */
    readonly z: Float64Array,
    readonly labels: Int32Array,
    private readonly blas: Blas,
  ) {}

  /** zᵀ B⁻¹ z of each. */
  squaresBy(base: Base): Promise<Float64Array> {
    let found = this.squares.get(base);
    if (!found) {
      found = this.square(base);
      this.squares.set(base, found);
    }
    return found;
  }

  private async square({ diagonal, gain }: Base): Promise<Float64Array> {
    const rows = this.labels.length;
    const d = diagonal.length;
    const squares = gain
      ? rowSquares(await timesTransposed(this.z, rows, gain, this.blas), rows, gain.rows)
      : new Float64Array(rows);
    for (let i = 0, at = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++, at++) sum += this.z[at] * this.z[at] * diagonal[j];
      squares[i] += sum;
    }
    return squares;
  }
}

/** A class as its metrics are made of it: its rows about their mean m, and m as one row more. */
interface ClassRows {
  count: number;
  /** [count + 1, d] */
  rows: Matrix;
}

/**
 * Q⁻¹ of Q = B + EᵀE / times, E the class's rows about their mean. With few rows by Woodbury's formula: B⁻¹ - VᵀV, V = C⁻¹ E B⁻¹,
 * C Cᵀ = times I + E B⁻¹ Eᵀ. With more rows than features by Q itself: VᵀV.
 */
interface Form {
  /** Null where V is all of it. */
  base: Base | null;
  v: () => Promise<Matrix>;
  /** What V makes of the rows and of m; [count + 1, width]. */
  along: Float64Array;
  width: number;
  /** The same of B⁻¹: rows and m times B⁻¹, and their products with rows and m. */
  scaled: Float64Array;
  products: Float64Array;
}

/** Null where rounding spoils it. */
async function formOf(
  { count, rows }: ClassRows,
  times: number,
  bases: Bases,
): Promise<Form | null> {
  const { blas, spread } = bases;
  const d = rows.columns;
  const size = count + 1;
  if (count > d) {
    const scale = 1 / times / (spread.n - 1);
    const q = await blas.gram({ ...rows, rows: count });
    const less = spread.lost && (await blas.gram(spread.lost));
    for (let at = 0; at < q.length; at++) q[at] = q[at] / times - (less ? scale * less[at] : 0);
    for (let j = 0; j < d; j++) q[j * d + j] += scale * spread.values[j] + spread.ridge;
    const data = await inverseCholesky(q, d, blas);
    if (!data) return null;
    const v = { data, rows: d, columns: d };
    return {
      ...{ base: null, v: async () => v, width: d },
      along: await timesTransposed(rows.data, size, v, blas),
      scaled: new Float64Array(size * d),
      products: new Float64Array(size * size),
    };
  }
  const base = await bases.of(times);
  if (!base) return null;
  const scaled = await inverseTimes(rows, base, blas);
  const products = await timesTransposed(scaled, size, rows, blas);
  const kernel = new Float64Array(count * count);
  const across = new Float64Array(size * count);
  for (let i = 0; i < size; i++)
    across.set(products.subarray(i * size, i * size + count), i * count);
  kernel.set(across.subarray(0, count * count));
  for (let i = 0; i < count; i++) kernel[i * count + i] += times;
  const data = await inverseCholesky(kernel, count, blas);
  if (!data) return null;
  const inverse = { data, rows: count, columns: count };
  const v = async () => ({
    data: await blas.multiply(inverse, { data: scaled, rows: count, columns: d }),
    rows: count,
    columns: d,
  });
  const along = await timesTransposed(across, size, inverse, blas);
  return { base, v, along, width: count, scaled, products };
}

/** aᵀ Q⁻¹ b of two of the rows, or m. */
function product({ base, along, width, products }: Form, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += along[i * width + k] * along[j * width + k];
  return base ? products[i * (along.length / width) + j] - sum : sum;
}

/** A B⁻¹ */
async function inverseTimes({ data, rows, columns: d }: Matrix, base: Base, blas: Blas) {
  const { diagonal, gain } = base;
  const to = gain
    ? await blas.multiply(
        { data: await timesTransposed(data, rows, gain, blas), rows, columns: gain.rows },
        gain,
      )
    : new Float64Array(rows * d);
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < d; j++, at++) to[at] += data[at] * diagonal[j];
  return to;
}

function timesTransposed(z: Matrix['data'], rows: number, of: Matrix, blas: Blas) {
  return blas.multiply({ data: z, rows, columns: of.columns }, of, { transposeB: true });
}

/** Σ_k a_ik² over the first `wanted` columns. */
function rowSquares(a: Float64Array, rows: number, columns: number, wanted = columns) {
  const squares = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let at = i * columns, end = at + wanted; at < end; at++) sum += a[at] * a[at];
    squares[i] = sum;
  }
  return squares;
}

/**
 * Squared Mahalanobis distances of samples to a class, each computed without the sample itself. For samples of other classes
 * Q = W_c / (n_c + 1) + T / ((n_c + 1)(n - 1)) + ρ I less n t tᵀ / ((n_c + 1)(n - 1)²); for its own
 * Q = W_c / n_c + T / (n_c (n - 1)) + ρ I less r rᵀ / (n_c - 1) and n t tᵀ / (n_c (n - 1)²).
 */
export class ClassMetric {
  private next = 0;

  private constructor(
    readonly label: number,
    private readonly bases: Bases,
    private readonly count: number,
    /** Of samples of other classes. */
    private readonly base: Base | null,
    /** V, and mᵀ Q⁻¹ as one row more. */
    private readonly map: Matrix,
    /** mᵀ Q⁻¹ m */
    private readonly meanSquare: number,
    /** The distances of its own samples, in order. */
    private readonly own: Float64Array,
  ) {}

  /** From the class's samples in the set's axes, about its mean. Null where rounding spoils it. */
  static async of(label: number, z: Float64Array, bases: Bases): Promise<ClassMetric | null> {
    const d = bases.spread.values.length;
    const count = z.length / d;
    const data = new Float64Array(z.length + d);
    const mean = data.subarray(z.length);
    for (let i = 0, at = 0; i < count; i++) for (let j = 0; j < d; j++) mean[j] += z[at++] / count;
    for (let i = 0, at = 0; i < count; i++)
      for (let j = 0; j < d; j++, at++) data[at] = z[at] - mean[j];
    const rows = { count, rows: { data, rows: count + 1, columns: d } };
    const other = await formOf(rows, count + 1, bases);
    const own = await formOf(rows, count, bases);
    if (!other || !own) return null;
    const v = await other.v();
    const map = new Float64Array((v.rows + 1) * d);
    map.set(v.data);
    const q = map.subarray(v.rows * d);
    q.set(other.scaled.subarray(count * d));
    const sign = other.base ? -1 : 1;
    for (let k = 0, at = 0; k < v.rows; k++) {
      const along = sign * other.along[count * v.rows + k];
      for (let j = 0; j < d; j++) q[j] += along * v.data[at++];
    }
    const matrix = { data: map, rows: v.rows + 1, columns: d };
    const meanSquare = product(other, count, count);
    const distances = ownDistances(own, count, bases.spread.n);
    return new ClassMetric(label, bases, count, other.base, matrix, meanSquare, distances);
  }

  /** Of samples that come in order: those of the class are all of its own, again and again. */
  async distances(rows: Rows): Promise<Float64Array> {
    const { label, bases, meanSquare, base, map, own } = this;
    const { z, labels } = rows;
    const along = await timesTransposed(z, labels.length, map, bases.blas);
    const squares = rowSquares(along, labels.length, map.rows, map.rows - 1);
    const whole = base && (await rows.squaresBy(base));
    const c = loss(this.count + 1, bases.spread.n);
    return squares.map((square, i) => {
      if (labels[i] === label) return own[this.next++ % own.length];
      const tt = whole ? whole[i] - square : square;
      const tm = along[(i + 1) * map.rows - 1];
      const overlap = tt - tm;
      return tt - 2 * tm + meanSquare + (c * overlap * overlap) / (1 - c * tt);
    });
  }
}

/** What the scatter of all loses with a sample, over `times`. */
function loss(times: number, n: number): number {
  return n / times / (n - 1) ** 2;
}

function ownDistances(form: Form, count: number, n: number): Float64Array {
  const c = loss(count, n);
  const mm = product(form, count, count);
  // A class of one is judged by the mean of the others.
  if (count === 1) return Float64Array.of((n / (n - 1)) ** 2 * (mm + (c * mm * mm) / (1 - c * mm)));
  const b = 1 / (count - 1);
  return Float64Array.from({ length: count }, (_, i) => {
    const rr = product(form, i, i);
    const rm = product(form, i, count);
    const rt = rr + rm;
    const tt = rr + 2 * rm + mm;
    // Two rank-one losses at once.
    const p = 1 - b * rr;
    const q = 1 - c * tt;
    const gain =
      (b * rr * rr * q + 2 * b * c * rr * rt * rt + c * rt * rt * p) / (p * q - b * c * rt * rt);
    return (count / (count - 1)) ** 2 * (rr + gain);
  });
}
