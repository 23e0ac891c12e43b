import assert from 'node:assert/strict';
import { type MultiplyOptions, plainBlas } from '../../../src/numerics/blas.js';
import { distance, naiveProduct, normalValues } from './matrices.js';

const orders: MultiplyOptions[] = [true, false].flatMap(transposeA =>
  [true, false].map(transposeB => ({ transposeA, transposeB })),
);

describe('plainBlas', () => {
  for (const [m, n, k] of [
    [1, 1, 1],
    [2, 3, 4],
    [3, 4, 256],
    [7, 258, 5],
    [50, 31, 520],
    [4, 0, 3],
    [4, 3, 0],
  ])
    it(`multiplies ${m} x ${k} by ${k} x ${n}, transposed or not`, async () => {
      for (const order of orders)
        for (const Type of [Float32Array, Float64Array]) {
          const a = new Type(normalValues(m * k, 1));
          const b = new Type(normalValues(k * n, 2));
          const c = await plainBlas.multiply(
            { data: a, rows: order.transposeA ? k : m, columns: order.transposeA ? m : k },
            { data: b, rows: order.transposeB ? n : k, columns: order.transposeB ? k : n },
            order,
          );
          assert.ok(distance(c, naiveProduct(a, b, m, n, k, order)) < 1e-11);
        }
    });

  for (const [n, d] of [
    [1, 1],
    [3, 2],
    [300, 7],
    [5, 270],
    [0, 2],
  ])
    it(`gives AᵀA of ${n} x ${d}, exactly symmetric`, async () => {
      const data = normalValues(n * d, 3);
      const gram = await plainBlas.gram({ data, rows: n, columns: d });
      assert.ok(distance(gram, naiveProduct(data, data, d, d, n, { transposeA: true })) < 1e-11);
      for (let i = 0; i < d; i++)
        for (let j = 0; j < i; j++) assert.equal(gram[i * d + j], gram[j * d + i]);
    });

  it('sums float32 values in float64', async () => {
    const data = Float32Array.from({ length: 1000 }, () => Math.fround(0.1));
    const [sum] = await plainBlas.gram({ data, rows: 1000, columns: 1 });
    assert.ok(Math.abs(sum - 1000 * Math.fround(0.1) ** 2) < 1e-12);
  });

  it('reads no further than the shape', async () => {
    const data = Float64Array.from([1, 2, Number.NaN]);
    assert.deepEqual(await plainBlas.gram({ data, rows: 2, columns: 1 }), Float64Array.from([5]));
  });

  it('refuses shapes that do not fit', async () => {
    const matrix = (rows: number, columns: number) => ({
      data: new Float64Array(6),
      rows,
      columns,
    });
    await assert.rejects(plainBlas.multiply(matrix(2, 3), matrix(2, 3)), /2 x 3 by 2 x 3/);
    await assert.rejects(plainBlas.gram(matrix(3, 3)), RangeError);
  });
});
