import { type Blas, checkMatrix, mirrorUpper, productShape } from '../../src/numerics/blas.js';

/** Up to this many multiplications, calling a library costs more than multiplying. */
const few = 2e5;

/** Products of small matrices by plain loops, the others by `large`: the thousands of small data sets of a simulation. */
export function smallBlas(large: Blas): Blas {
  return {
    async multiply(a, b, options = {}) {
      const { m, n, k } = productShape(a, b, options);
      if (m * n * k > few) return large.multiply(a, b, options);
      const { transposeA = false, transposeB = false } = options;
      const [rowA, innerA] = transposeA ? [1, a.columns] : [a.columns, 1];
      const [innerB, columnB] = transposeB ? [1, b.columns] : [b.columns, 1];
      const c = new Float64Array(m * n);
      for (let i = 0; i < m; i++)
        for (let l = 0; l < k; l++) {
          const left = a.data[i * rowA + l * innerA];
          for (let j = 0, at = l * innerB; j < n; j++, at += columnB)
            c[i * n + j] += left * b.data[at];
        }
      return c;
    },

    async gram(a) {
      checkMatrix(a);
      const size = a.columns;
      if (a.rows * size * size > few) return large.gram(a);
      const c = new Float64Array(size * size);
      for (let l = 0; l < a.rows; l++)
        for (let i = 0; i < size; i++) {
          const left = a.data[l * size + i];
          for (let j = i; j < size; j++) c[i * size + j] += left * a.data[l * size + j];
        }
      mirrorUpper(c, size);
      return c;
    },
  };
}
