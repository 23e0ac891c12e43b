import assert from 'node:assert/strict';
import { choleskySemidefinite } from '../../../src/numerics/cholesky.js';
import { quantile } from '../../../src/numerics/quantile.js';
import { normals, random } from '../../../src/numerics/random.js';

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
