/**
 * Lower triangular L with L Lᵀ = A for a symmetric positive *semi*definite A (size x size, row-major): a direction
 * without variance gets a zero column, so that identical variables stay identical.
 */
export function choleskySemidefinite(a: Float64Array, size: number): Float64Array {
  const l = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    let pivot = a[j * size + j];
    for (let k = 0; k < j; k++) pivot -= l[j * size + k] ** 2;
    // Below the rounding of the subtraction nothing is left of the variance.
    if (!(pivot > 1e-12 * a[j * size + j])) continue;
    const diagonal = Math.sqrt(pivot);
    l[j * size + j] = diagonal;
    for (let i = j + 1; i < size; i++) {
      let sum = a[i * size + j];
      for (let k = 0; k < j; k++) sum -= l[i * size + k] * l[j * size + k];
      l[i * size + j] = sum / diagonal;
    }
  }
  return l;
}

/**
 * Lower triangular L with L Lᵀ = A for a symmetric positive definite A (size x size, row-major, its lower half is
 * read); null where A is not positive definite, or not finite. By bordering: four rows at a time against all above.
 */
export function cholesky(a: Float64Array, size: number): Float64Array | null {
  const l = new Float64Array(size * size);
  const sums = new Float64Array(12);
  for (let i0 = 0; i0 < size; i0 += tile) {
    const rows = Math.min(tile, size - i0);
    for (let j0 = 0; j0 <= i0; j0 += tile) {
      // Whole tiles share what is left of j0; rows and columns past the end are computed from others and not kept.
      innerProducts(l, size, i0, rows, j0, sums);
      for (let i = i0; i < i0 + rows; i++) {
        for (let j = j0; j < Math.min(j0 + tile, i + 1); j++) {
          let sum = a[i * size + j] - sums[(i - i0) * tile + (j - j0)];
          for (let k = j0; k < j; k++) sum -= l[i * size + k] * l[j * size + k];
          if (i > j) l[i * size + j] = sum / l[j * size + j];
          else if (sum > 0 && sum < Number.POSITIVE_INFINITY) l[i * size + i] = Math.sqrt(sum);
          else return null;
        }
      }
    }
  }
  return l;
}

const tile = 3;

/** Inner products of three rows of L from `i` with three from `j`, over the columns before `j`. */
function innerProducts(
  l: Float64Array,
  size: number,
  i: number,
  rows: number,
  j: number,
  sums: Float64Array,
): void {
  const last = i + rows - 1;
  let a0 = i * size;
  let a1 = Math.min(i + 1, last) * size;
  let a2 = Math.min(i + 2, last) * size;
  let b0 = j * size;
  let b1 = Math.min(j + 1, last) * size;
  let b2 = Math.min(j + 2, last) * size;
  let c00 = 0;
  let c01 = 0;
  let c02 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  let c20 = 0;
  let c21 = 0;
  let c22 = 0;
  for (const end = a0 + j; a0 < end; a0++, a1++, a2++, b0++, b1++, b2++) {
    const x0 = l[a0];
    const x1 = l[a1];
    const x2 = l[a2];
    let y = l[b0];
    c00 += x0 * y;
    c10 += x1 * y;
    c20 += x2 * y;
    y = l[b1];
    c01 += x0 * y;
    c11 += x1 * y;
    c21 += x2 * y;
    y = l[b2];
    c02 += x0 * y;
    c12 += x1 * y;
    c22 += x2 * y;
  }
  sums[0] = c00;
  sums[1] = c01;
  sums[2] = c02;
  sums[3] = c10;
  sums[4] = c11;
  sums[5] = c12;
  sums[6] = c20;
  sums[7] = c21;
  sums[8] = c22;
}

/** ln det A of A = L Lᵀ. */
export function logDeterminant(l: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += Math.log(l[i * size + i]);
  return 2 * sum;
}

/** Solves L X = B in place; B is size x columns, row-major. Returns B. */
export function solveLower(
  l: Float64Array,
  size: number,
  b: Float64Array,
  columns: number,
): Float64Array {
  for (let i = 0; i < size; i++) {
    subtractRows(b, columns, i, l, i * size, 1, 0, i);
    scaleRow(b, columns, i, l[i * size + i]);
  }
  return b;
}

/** Solves Lᵀ X = B in place; B is size x columns, row-major. Returns B. */
export function solveLowerTransposed(
  l: Float64Array,
  size: number,
  b: Float64Array,
  columns: number,
): Float64Array {
  for (let i = size - 1; i >= 0; i--) {
    subtractRows(b, columns, i, l, i, size, i + 1, size);
    scaleRow(b, columns, i, l[i * size + i]);
  }
  return b;
}

/** Solves A X = B in place for A = L Lᵀ; B is size x columns, row-major. Returns B. */
export function solveCholesky(
  l: Float64Array,
  size: number,
  b: Float64Array,
  columns: number,
): Float64Array {
  return solveLowerTransposed(l, size, solveLower(l, size, b, columns), columns);
}

/** Row `i` of B minus the sum of its rows k from `first` to before `last`, each times `l[start + k * step]`. */
function subtractRows(
  b: Float64Array,
  columns: number,
  i: number,
  l: Float64Array,
  start: number,
  step: number,
  first: number,
  last: number,
): void {
  const to = i * columns;
  let k = first;
  for (; k + 4 <= last; k += 4) {
    const at = start + k * step;
    const f0 = l[at];
    const f1 = l[at + step];
    const f2 = l[at + 2 * step];
    const f3 = l[at + 3 * step];
    let r0 = k * columns;
    let r1 = r0 + columns;
    let r2 = r1 + columns;
    let r3 = r2 + columns;
    for (let c = to; c < to + columns; c++, r0++, r1++, r2++, r3++)
      b[c] -= f0 * b[r0] + f1 * b[r1] + (f2 * b[r2] + f3 * b[r3]);
  }
  for (; k < last; k++) {
    const f = l[start + k * step];
    for (let c = 0; c < columns; c++) b[to + c] -= f * b[k * columns + c];
  }
}

function scaleRow(b: Float64Array, columns: number, i: number, pivot: number): void {
  for (let c = i * columns; c < (i + 1) * columns; c++) b[c] /= pivot;
}
