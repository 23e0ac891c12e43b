import assert from 'node:assert/strict';
import { plainBlas } from '../../../src/numerics/blas.js';
import { inverseCholesky, TransposedLower } from '../../../src/numerics/inverseCholesky.js';
import { normals, random } from '../../../src/numerics/random.js';

/** Bᵀ B + 0.1 I of a random B. */
async function positive(size: number): Promise<Float64Array> {
  const normal = normals(random(size));
  const data = Float64Array.from({ length: size * size }, normal);
  const a = await plainBlas.gram({ data, rows: size, columns: size });
  for (let i = 0; i < size; i++) a[i * size + i] += 0.1;
  return a;
}

describe('inverse Cholesky factor', () => {
  for (const size of [1, 2, 95, 97, 260, 401])
    it(`turns A into the identity: ${size}`, async () => {
      const a = await positive(size);
      const m = await inverseCholesky(a, size, plainBlas);
      assert.ok(m);
      const square = { data: m, rows: size, columns: size };
      const half = await plainBlas.multiply(square, { data: a, rows: size, columns: size });
      const whole = await new TransposedLower(m, size, plainBlas).times(half, size);
      let worst = 0;
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) {
          if (j > i) assert.equal(m[i * size + j], 0);
          worst = Math.max(worst, Math.abs(whole[i * size + j] - (i === j ? 1 : 0)));
        }
      assert.ok(worst < 1e-9, `${worst}`);
    });

  it('says where a matrix is not positive definite', async () => {
    for (const at of [0, 60, 150, 299]) {
      const a = await positive(300);
      a[at * 300 + at] = -1;
      assert.equal(await inverseCholesky(a, 300, plainBlas), null);
    }
    assert.equal(await inverseCholesky(new Float64Array([Number.NaN]), 1, plainBlas), null);
    assert.equal((await inverseCholesky(new Float64Array(0), 0, plainBlas))?.length, 0);
  });
});
