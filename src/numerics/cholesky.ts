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
