/** Row-major, rows x columns. */
export interface Matrix {
  data: Float64Array | Float32Array;
  rows: number;
  columns: number;
}

export interface MultiplyOptions {
  transposeA?: boolean;
  transposeB?: boolean;
  /** 'single' allows a multiplication in float32, where that is faster; the result is float64 all the same. */
  precision?: 'single' | 'double';
}

/** The products of matrices that cost time. Both methods throw a RangeError where shapes do not fit. */
export interface Blas {
  /** op(A) op(B), row-major float64. */
  multiply(a: Matrix, b: Matrix, options?: MultiplyOptions): Promise<Float64Array>;
  /** AᵀA, columns x columns, both halves, float64 sums. */
  gram(a: Matrix): Promise<Float64Array>;
  /** Gives back what the implementation holds; it may be used again afterwards. */
  close?(): Promise<void>;
}

/** Rows, columns and inner length of op(A) op(B). */
export function productShape(
  a: Matrix,
  b: Matrix,
  { transposeA = false, transposeB = false }: MultiplyOptions = {},
): { m: number; n: number; k: number } {
  checkMatrix(a);
  checkMatrix(b);
  const [m, k] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
  const [inner, n] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns];
  if (inner !== k) throw new RangeError(`cannot multiply ${m} x ${k} by ${inner} x ${n}`);
  return { m, n, k };
}

/** Throws where the data is shorter than the shape. */
export function checkMatrix({ data, rows, columns }: Matrix): void {
  if (data.length < rows * columns)
    throw new RangeError(`${data.length} values are no matrix of ${rows} x ${columns}`);
}

/** Copies the upper half of a square matrix to the lower one, in squares that the cache holds. */
export function mirrorUpper(a: Float64Array, size: number): void {
  const side = 32;
  for (let top = 0; top < size; top += side)
    for (let left = top; left < size; left += side)
      for (let j = left; j < Math.min(left + side, size); j++)
        for (let i = top; i < Math.min(top + side, j); i++) a[j * size + i] = a[i * size + j];
}

/** An operand as the loops see it: element (i, j) is `data[i * rowStep + j * columnStep]`. */
interface Strided {
  data: Float64Array | Float32Array;
  rowStep: number;
  columnStep: number;
}

function strided({ data, columns }: Matrix, transpose: boolean): Strided {
  return transpose
    ? { data, rowStep: 1, columnStep: columns }
    : { data, rowStep: columns, columnStep: 1 };
}

/** In plain JavaScript, always in float64; the thread is busy until the product is there. */
export const plainBlas: Blas = {
  async multiply(a, b, options = {}) {
    const { m, n, k } = productShape(a, b, options);
    const c = new Float64Array(m * n);
    const left = strided(a, options.transposeA ?? false);
    product(c, left, strided(b, options.transposeB ?? false), m, n, k, false);
    return c;
  },

  async gram(a) {
    checkMatrix(a);
    const size = a.columns;
    const c = new Float64Array(size * size);
    product(c, strided(a, true), strided(a, false), size, size, a.rows, true);
    mirrorUpper(c, size);
    return c;
  },
};

/** Rows and columns of a tile: more sums than this do not fit the registers of x64. */
const tileRows = 3;
const tileColumns = 4;
/** A packed block of the right operand, inner x columns, stays in the second-level cache. */
const blockInner = 256;
const blockColumns = 256;

/** C = A B; of a tile that lies wholly below the diagonal nothing is computed if `upperOnly`. */
function product(
  c: Float64Array,
  a: Strided,
  b: Strided,
  m: number,
  n: number,
  k: number,
  upperOnly: boolean,
): void {
  const left = new Float64Array(tileRows * blockInner);
  const right = new Float64Array(blockColumns * blockInner);
  for (let j0 = 0; j0 < n; j0 += blockColumns) {
    const columns = Math.min(blockColumns, n - j0);
    const lastRow = upperOnly ? Math.min(m, j0 + columns) : m;
    for (let k0 = 0; k0 < k; k0 += blockInner) {
      const inner = Math.min(blockInner, k - k0);
      for (let j = 0; j < columns; j += tileColumns)
        packColumns(right, j * inner, b, j0 + j, Math.min(tileColumns, columns - j), k0, inner);
      for (let i = 0; i < lastRow; i += tileRows) {
        packRows(left, a, i, Math.min(tileRows, m - i), k0, inner);
        const first = upperOnly ? Math.max(0, i - j0) & -tileColumns : 0;
        for (let j = first; j < columns; j += tileColumns) {
          tile(left, right, j * inner, inner);
          addTile(c, n, i, j0 + j, Math.min(tileRows, m - i), Math.min(tileColumns, columns - j));
        }
      }
    }
  }
}

/** Three rows of A beside each other; of fewer, what lay there before is multiplied along and not kept. */
function packRows(
  to: Float64Array,
  { data, rowStep, columnStep }: Strided,
  row: number,
  rows: number,
  k0: number,
  inner: number,
): void {
  for (let r = 0; r < rows; r++) {
    let from = (row + r) * rowStep + k0 * columnStep;
    for (let at = r; at < inner * tileRows; at += tileRows, from += columnStep) to[at] = data[from];
  }
}

/** Four columns of B beside each other, or fewer. */
function packColumns(
  to: Float64Array,
  start: number,
  { data, rowStep, columnStep }: Strided,
  column: number,
  columns: number,
  k0: number,
  inner: number,
): void {
  for (let k = 0, at = start; k < inner; k++, at += tileColumns) {
    let from = (k0 + k) * rowStep + column * columnStep;
    for (let j = 0; j < columns; j++, from += columnStep) to[at + j] = data[from];
  }
}

const sums = new Float64Array(tileRows * tileColumns);

/** The 3 x 4 inner products of packed rows and columns, into `sums`. */
function tile(left: Float64Array, right: Float64Array, start: number, inner: number): void {
  let c00 = 0;
  let c01 = 0;
  let c02 = 0;
  let c03 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  let c13 = 0;
  let c20 = 0;
  let c21 = 0;
  let c22 = 0;
  let c23 = 0;
  for (let k = 0, l = 0, r = start; k < inner; k++, l += tileRows, r += tileColumns) {
    const a0 = left[l];
    const a1 = left[l + 1];
    const a2 = left[l + 2];
    let b = right[r];
    c00 += a0 * b;
    c10 += a1 * b;
    c20 += a2 * b;
    b = right[r + 1];
    c01 += a0 * b;
    c11 += a1 * b;
    c21 += a2 * b;
    b = right[r + 2];
    c02 += a0 * b;
    c12 += a1 * b;
    c22 += a2 * b;
    b = right[r + 3];
    c03 += a0 * b;
    c13 += a1 * b;
    c23 += a2 * b;
  }
  sums[0] = c00;
  sums[1] = c01;
  sums[2] = c02;
  sums[3] = c03;
  sums[4] = c10;
  sums[5] = c11;
  sums[6] = c12;
  sums[7] = c13;
  sums[8] = c20;
  sums[9] = c21;
  sums[10] = c22;
  sums[11] = c23;
}

function addTile(
  c: Float64Array,
  width: number,
  row: number,
  column: number,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      c[(row + i) * width + column + j] += sums[i * tileColumns + j];
}
