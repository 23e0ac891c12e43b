import type { Blas, Matrix } from './blas.js';
import { cholesky, solveLower } from './cholesky.js';

/** Up to this size plain loops are as fast as calls of a `Blas`. */
const smallest = 96;

/**
 * Lower triangular M with M A Mᵀ = I for a symmetric positive definite A (size x size, row-major, its lower half is read): the
 * inverse of its Cholesky factor, so that A⁻¹ = Mᵀ M and xᵀ A⁻¹ x = ‖M x‖². Null where A is not positive definite, or not finite.
 * By halves, so that nearly all of it is products: M = [M₁ 0; -M₂ L₂₁ M₁, M₂] with L₂₁ = A₂₁ M₁ᵀ and M₂ that of A₂₂ - L₂₁ L₂₁ᵀ.
 */
export async function inverseCholesky(
  a: Float64Array,
  size: number,
  blas: Blas,
): Promise<Float64Array | null> {
  if (size <= smallest) {
    const l = cholesky(a, size);
    if (!l) return null;
    const inverse = new Float64Array(size * size);
    for (let i = 0; i < size; i++) inverse[i * size + i] = 1;
    return solveLower(l, size, inverse, size);
  }
  const top = size >> 1;
  const low = size - top;
  const first = await inverseCholesky(part(a, size, 0, top, 0, top), top, blas);
  if (!first) return null;
  const above: Matrix = { data: first, rows: top, columns: top };
  const left = part(a, size, top, low, 0, top);
  const factor = await blas.multiply({ data: left, rows: low, columns: top }, above, {
    transposeB: true,
  });
  const link: Matrix = { data: factor, rows: low, columns: top };
  const rest = part(a, size, top, low, top, low);
  const taken = await blas.multiply(link, link, { transposeB: true });
  for (let k = 0; k < rest.length; k++) rest[k] -= taken[k];
  const second = await inverseCholesky(rest, low, blas);
  if (!second) return null;
  const below: Matrix = { data: second, rows: low, columns: low };
  const through = await blas.multiply(link, above);
  const corner = await blas.multiply(below, { data: through, rows: low, columns: top });
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < top; i++) inverse.set(first.subarray(i * top, i * top + i + 1), i * size);
  for (let i = 0; i < low; i++) {
    const at = (top + i) * size;
    for (let j = 0; j < top; j++) inverse[at + j] = -corner[i * top + j];
    inverse.set(second.subarray(i * low, i * low + i + 1), at + top);
  }
  return inverse;
}

function part(
  a: Float64Array,
  width: number,
  row: number,
  rows: number,
  column: number,
  columns: number,
): Float64Array {
  const cut = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const start = (row + i) * width + column;
    cut.set(a.subarray(start, start + columns), i * columns);
  }
  return cut;
}

/** X Mᵀ for a lower triangular M; what is zero of M is not multiplied with. */
export class TransposedLower {
  private readonly bands: { row: number; matrix: Matrix }[] = [];

  constructor(
    lower: Float64Array,
    private readonly size: number,
    private readonly blas: Blas,
  ) {
    const height = size <= 256 ? size : Math.max(128, Math.ceil(size / 8));
    for (let row = 0; row < size; row += height) {
      const rows = Math.min(height, size - row);
      const data = part(lower, size, row, rows, 0, row + rows);
      this.bands.push({ row, matrix: { data, rows, columns: row + rows } });
    }
  }

  /** `x` is rows x size, row-major; so is the result. */
  async times(x: Float64Array, rows: number): Promise<Float64Array> {
    const { size, blas } = this;
    const to = new Float64Array(rows * size);
    for (const { row, matrix } of this.bands) {
      const columns = matrix.columns;
      const data = columns === size ? x : part(x, size, 0, rows, 0, columns);
      const product = await blas.multiply({ data, rows, columns }, matrix, { transposeB: true });
      if (matrix.rows === size) return product;
      for (let i = 0; i < rows; i++)
        to.set(product.subarray(i * matrix.rows, (i + 1) * matrix.rows), i * size + row);
    }
    return to;
  }
}
