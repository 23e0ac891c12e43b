import assert from 'node:assert/strict';
import { plainBlas } from '../../../src/numerics/blas.js';
import { normals, random } from '../../../src/numerics/random.js';
import { rotation } from '../../../src/numerics/rotation.js';
import { factorShifted, whiten } from '../../../src/numerics/shifted.js';
import { atOnce } from '../../../src/numerics/steps.js';
import { solveShifted, tridiagonalize, turningTo } from '../../../src/numerics/tridiagonal.js';

async function gramOf(rows: number, size: number, seed: number): Promise<Float64Array> {
  const data = new Float64Array(rows * size).map(normals(random(seed)));
  return plainBlas.gram({ data, rows, columns: size });
}

describe('the rotation to tridiagonal form as a matrix', () => {
  for (const size of [1, 2, 3, 64, 65, 66, 150])
    it(`turns vectors as the reflections do: ${size}`, async () => {
      const t = tridiagonalize(await gramOf(Math.ceil(size / 2), size, size), size);
      const vectors = new Float64Array(3 * size).map(normals(random(7)));
      const turned = await plainBlas.multiply(
        { data: vectors, rows: 3, columns: size },
        { data: await rotation(t, plainBlas), rows: size, columns: size },
      );
      const expected = atOnce(turningTo(t, vectors.slice()));
      turned.forEach((value, k) => {
        assert.ok(Math.abs(value - expected[k]) < 1e-12, `${value} is not ${expected[k]}`);
      });
    });

  it('whitens by T + shift I: inner products and determinant are those of its inverse', async () => {
    const size = 40;
    const t = tridiagonalize(await gramOf(60, size, 3), size);
    const u = new Float64Array(2 * size).map(normals(random(5)));
    const factor = factorShifted(t, 0.7);
    assert.ok(factor);
    const white = whiten(factor, u, 2);
    for (const c of [0, 1]) {
      const solved = solveShifted(
        t,
        0.7,
        Float64Array.from({ length: size }, (_, i) => u[2 * i + c]),
      );
      let square = 0;
      for (let i = 0; i < size; i++) square += white[2 * i + c] ** 2;
      assert.ok(solved && Math.abs(square - solved.quadratic) < 1e-12 * square);
      assert.ok(Math.abs(factor.logDeterminant - solved.logDeterminant) < 1e-10);
    }
  });

  it('has no factor where the shifted matrix is not positive definite', () => {
    const diagonal = Float64Array.of(1, 1);
    assert.equal(factorShifted({ size: 2, diagonal, offDiagonal: Float64Array.of(2) }, 0.5), null);
  });
});
