import assert from 'node:assert/strict';
import { largestEigenvalue } from '../../../src/numerics/largestEigenvalue.js';
import { normals, random } from '../../../src/numerics/random.js';
import { atOnce } from '../../../src/numerics/steps.js';
import { tridiagonalEigenvalues, tridiagonalize } from '../../../src/numerics/tridiagonal.js';

/** A symmetric matrix with some spread of eigenvalues: X D Xᵀ with random X. */
function symmetric(size: number, scale: (k: number) => number, seed: number): Float64Array {
  const normal = normals(random(seed));
  const x = Float64Array.from({ length: size * size }, normal);
  const a = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += x[i * size + k] * x[j * size + k] * scale(k);
      a[i * size + j] = a[j * size + i] = sum;
    }
  return a;
}

const largest = (a: Float64Array, size: number, enough?: number): number =>
  atOnce(largestEigenvalue(a, size, enough));

describe('the largest eigenvalue', () => {
  const kinds: [string, (k: number) => number][] = [
    ['falling', k => 1 / (1 + k)],
    ['flat', () => 1],
    ['of both signs', k => (k % 2 ? -2 : 1)],
    ['of low rank', k => (k < 3 ? 1e9 : 0)],
  ];
  for (const [name, scale] of kinds)
    it(`is that of the whole spectrum: ${name}`, () => {
      for (const size of [1, 2, 7, 90]) {
        const a = symmetric(size, scale, size);
        const { diagonal, offDiagonal } = tridiagonalize(a, size);
        const all = tridiagonalEigenvalues(diagonal, offDiagonal);
        const most = Math.max(...all.map(Math.abs));
        const off = Math.abs(largest(a, size) - all[size - 1]) / most;
        assert.ok(off < 1e-12, `size ${size}: ${off}`);
      }
    });

  it('is exact for multiples of the identity, zero and a diagonal matrix', () => {
    const eye = Float64Array.of(3, 0, 0, 0, 3, 0, 0, 0, 3);
    assert.ok(Math.abs(largest(eye, 3) - 3) < 1e-14);
    assert.equal(largest(new Float64Array(9), 3), 0);
    assert.ok(Math.abs(largest(Float64Array.of(-1, 0, 0, -5), 2) + 1) < 1e-14);
  });

  it('is not sought where something below it is enough', () => {
    const a = symmetric(90, k => 1 / (1 + k), 90);
    const most = largest(a, 90);
    const found = largest(a, 90, most / 2);
    assert.ok(found >= most / 2 && found <= most * (1 + 1e-12), `${found} of ${most}`);
    assert.equal(largest(a, 90, 2 * most), most);
  });
});
