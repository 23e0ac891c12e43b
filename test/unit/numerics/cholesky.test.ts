import assert from 'node:assert/strict';
import {
  cholesky,
  choleskySemidefinite,
  logDeterminant,
  solveCholesky,
  solveLower,
  solveLowerTransposed,
} from '../../../src/numerics/cholesky.js';
import { quantile } from '../../../src/numerics/quantile.js';
import { normals, random } from '../../../src/numerics/random.js';
import { distance, hilbert, naiveProduct, normalValues, symmetricWith } from './matrices.js';

/** L Lᵀ. */
function square(l: Float64Array, size: number): Float64Array {
  const a = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      for (let k = 0; k < size; k++) a[i * size + j] += l[i * size + k] * l[j * size + k];
  return a;
}

describe('choleskySemidefinite', () => {
  for (const [size, rank] of [
    [6, 6],
    [6, 2],
    [1, 1],
    [4, 0],
  ])
    it(`gives back a ${size} x ${size} matrix of rank ${rank}`, () => {
      const normal = normals(random(size * 10 + rank));
      const b = Float64Array.from({ length: size * size }, (_, k) =>
        k % size < rank ? normal() : 0,
      );
      const a = square(b, size);
      const l = choleskySemidefinite(a, size);
      const back = square(l, size);
      for (let k = 0; k < a.length; k++) assert.ok(Math.abs(back[k] - a[k]) < 1e-12);
      for (let i = 0; i < size; i++)
        for (let j = i + 1; j < size; j++) assert.equal(l[i * size + j], 0);
    });

  it('keeps identical variables identical', () => {
    const l = choleskySemidefinite(Float64Array.from([4, 1, 1, 1, 3, 3, 1, 3, 3]), 3);
    assert.deepEqual(l.subarray(3, 6), Float64Array.from([0.5, Math.sqrt(2.75), 0]));
    assert.ok(Math.abs(l[7] - l[4]) < 1e-15);
    assert.equal(l[8], 0);
  });
});

describe('cholesky', () => {
  for (const size of [1, 2, 3, 4, 5, 6, 7, 32, 64])
    it(`gives back a matrix of size ${size} and solves with it`, () => {
      const x = normalValues(2 * size * size, size);
      const a = naiveProduct(x, x, size, size, 2 * size, { transposeA: true });
      // The lower half is enough.
      const lower = a.map((v, at) => (at % size > Math.floor(at / size) ? Number.NaN : v));
      const l = cholesky(lower, size);
      assert.ok(l);
      assert.ok(distance(square(l, size), a) < 1e-13 * size * 10);
      for (let i = 0; i < size; i++)
        for (let j = i + 1; j < size; j++) assert.equal(l[i * size + j], 0);
      for (const columns of [1, 3]) {
        const b = normalValues(size * columns, 4);
        const forward = solveLower(l, size, b.slice(), columns);
        assert.ok(distance(naiveProduct(l, forward, size, columns, size), b) < 1e-12);
        const backward = solveLowerTransposed(l, size, b.slice(), columns);
        const product = naiveProduct(l, backward, size, columns, size, { transposeA: true });
        assert.ok(distance(product, b) < 1e-12);
        const solved = solveCholesky(l, size, b.slice(), columns);
        assert.ok(distance(naiveProduct(a, solved, size, columns, size), b) < 1e-10);
      }
    });

  it('is null for what is not positive definite', () => {
    assert.equal(cholesky(Float64Array.of(0), 1), null);
    assert.equal(cholesky(Float64Array.of(-1), 1), null);
    assert.equal(cholesky(Float64Array.of(Number.NaN), 1), null);
    assert.equal(cholesky(Float64Array.of(Number.POSITIVE_INFINITY), 1), null);
    assert.equal(cholesky(Float64Array.of(1, 2, 2, 1), 2), null);
    assert.equal(cholesky(new Float64Array(25), 5), null);
    assert.equal(cholesky(symmetricWith([3, 2, 1, 1, 1, -0.01], 3), 6), null);
    assert.ok(cholesky(symmetricWith([3, 2, 1, 1, 1, 0.01], 3), 6));
  });

  it('keeps the determinant of a matrix of condition 5e11, at any scale', () => {
    // ln det of the Hilbert matrix of size 9, from exact fractions
    const exact = -96.73694927439705;
    for (const scale of [1, 1e-150, 1e150]) {
      const l = cholesky(
        hilbert(9).map(v => v * scale),
        9,
      );
      assert.ok(l);
      assert.ok(Math.abs(logDeterminant(l, 9) - 9 * Math.log(scale) - exact) < 1e-4);
    }
  });
});

describe('quantile', () => {
  it("is numpy's", () => {
    const values = Float64Array.from([4, 1, 3, 2, 10]);
    assert.equal(quantile(values, 0), 1);
    assert.equal(quantile(values, 0.5), 3);
    assert.ok(Math.abs(quantile(values, 0.9) - 7.6) < 1e-12);
    assert.equal(quantile(values, 1), 10);
    assert.deepEqual([...values], [4, 1, 3, 2, 10]);
  });
});
