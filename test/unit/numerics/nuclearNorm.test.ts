import assert from 'node:assert/strict';
import { nuclearNorm } from '../../../src/numerics/nuclearNorm.js';
import { normals, random } from '../../../src/numerics/random.js';

function near(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 1e-12 * expected, `${what}: ${actual}, ${expected}`);
}

/** Orthonormal rows, count x size, by Gram and Schmidt. */
function orthonormal(count: number, size: number, seed: number): Float64Array[] {
  const normal = normals(random(seed));
  const rows: Float64Array[] = [];
  for (let k = 0; k < count; k++) {
    const row = Float64Array.from({ length: size }, normal);
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) {
        const dot = other.reduce((s, v, i) => s + v * row[i], 0);
        for (let i = 0; i < size; i++) row[i] -= dot * other[i];
      }
      const length = Math.sqrt(row.reduce((s, v) => s + v * v, 0));
      for (let i = 0; i < size; i++) row[i] /= length;
    }
    rows.push(row);
  }
  return rows;
}

describe('the nuclear norm', () => {
  const spectra: [string, number[]][] = [
    ['one', [3]],
    ['equal', [2, 2, 2, 2]],
    ['graded', [1, 1e-3, 1e-6, 1e-9, 1e-12, 1e-20]],
    ['with zeros', [5, 1, 0, 0]],
  ];
  for (const [name, values] of spectra)
    it(`is the sum of singular values that are ${name}`, () => {
      for (const [rows, columns] of [
        [6, 6],
        [40, 6],
        [6, 40],
      ]) {
        const left = orthonormal(values.length, rows, 1);
        const right = orthonormal(values.length, columns, 2);
        const a = Float64Array.from({ length: rows * columns }, (_, at) => {
          const [i, j] = [Math.floor(at / columns), at % columns];
          return values.reduce((sum, s, k) => sum + s * left[k][i] * right[k][j], 0);
        });
        const sum = values.reduce((x, s) => x + s, 0);
        near(nuclearNorm(a, rows, columns), sum, `${rows} x ${columns}`);
      }
    });

  it('is the root of the number of rows for rows that are all the same unit vector', () => {
    const a = new Float64Array(50 * 9);
    for (let i = 0; i < 50; i++) a[i * 9 + 4] = 1;
    near(nuclearNorm(a, 50, 9), Math.sqrt(50), 'one-hot');
  });

  it('does not stumble over numbers of very different size', () => {
    const a = Float64Array.from({ length: 60 * 20 }, (_, at) =>
      at % 20 === 3 ? 1 : 10 ** -((at * 37) % 320),
    );
    assert.ok(nuclearNorm(a, 60, 20) > Math.sqrt(60));
    assert.equal(nuclearNorm(new Float64Array(6), 2, 3), 0);
    assert.equal(nuclearNorm(new Float64Array(0), 0, 3), 0);
  });
});
