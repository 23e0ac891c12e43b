import assert from 'node:assert/strict';
import { type Eigen, leadingEigen, symmetricEigen } from '../../../src/numerics/eigen.js';
import { distance, hilbert, naiveProduct, normalValues, symmetricWith } from './matrices.js';

/** A v = λ v, vectors orthonormal, the largest component of each positive. */
function check(a: Float64Array, size: number, { values, vectors }: Eigen): void {
  const count = values.length;
  assert.equal(vectors.length, count * size);
  const norm = Math.max(Number.MIN_VALUE, ...a.map(Math.abs)) * size;
  const images = naiveProduct(vectors, a, count, size, size);
  const expected = vectors.map((v, at) => v * values[Math.floor(at / size)]);
  assert.ok(distance(images, expected) <= 1e-14 * norm * 5, 'A v = λ v');
  const products = naiveProduct(vectors, vectors, count, count, size, { transposeB: true });
  const one = products.map((_, at) => (at % (count + 1) === 0 ? 1 : 0));
  assert.ok(distance(products, one) < 2e-14 * Math.sqrt(size), 'orthonormal');
  for (let k = 0; k < count; k++) {
    const row = vectors.subarray(k * size, (k + 1) * size);
    const most = row.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best), 0);
    assert.ok(most > 0, 'sign');
  }
}

const clustered = Array.from({ length: 30 }, (_, i) => 1 + (i % 3) * 1e-13 + (i > 25 ? 1 : 0));
const decaying = Array.from({ length: 25 }, (_, i) => 10 ** (-i / 2));
const cases: [string, number, Float64Array][] = [
  ['size 1', 1, Float64Array.of(-2)],
  ['size 2', 2, Float64Array.of(1, 2, 2, -3)],
  ['zeros', 7, new Float64Array(49)],
  ['the identity', 9, symmetricWith(new Array(9).fill(1), 1).map(Math.round)],
  ['ones, of rank one', 12, new Float64Array(144).fill(1)],
  ['repeated values', 8, symmetricWith([-1, 0, 0, 0, 2, 2, 2, 5], 2)],
  ['clusters', 30, symmetricWith(clustered, 3)],
  ['a condition of 1e12', 25, symmetricWith(decaying, 4)],
  ['large values', 10, symmetricWith([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5).map(v => v * 1e150)],
  ['small values', 10, symmetricWith([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5).map(v => v * 1e-150)],
  ['blocks that share values', 6, blocks()],
  [
    'a coupling whose square is no normal number',
    3,
    Float64Array.of(0, 3e-162, 0, 3e-162, 0, 0, 0, 0, 1),
  ],
  ['values that pair to the last digit', 63, gluedWilkinson()],
];

/** Three of Wilkinson's W21+, which has pairs of values that agree to 14 digits, glued by little: hard for dstein. */
function gluedWilkinson(): Float64Array {
  const a = new Float64Array(63 * 63);
  for (let i = 0; i < 63; i++) {
    a[i * 64] = Math.abs((i % 21) - 10);
    if (i < 62) a[i * 64 + 1] = a[i * 64 + 63] = i % 21 === 20 ? 1e-8 : 1;
  }
  return a;
}

/** Twice the same block of three: every value twice, no coupling between them. */
function blocks(): Float64Array {
  const block = symmetricWith([1, 2, 3], 6);
  const a = new Float64Array(36);
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) a[i * 6 + j] = a[(i + 3) * 6 + j + 3] = block[i * 3 + j];
  return a;
}

describe('symmetricEigen', () => {
  for (const [name, size, a] of cases)
    it(`of ${name}`, () => {
      const all = symmetricEigen(a, size);
      check(a, size, all);
      for (let k = 1; k < size; k++) assert.ok(all.values[k - 1] <= all.values[k]);
      const trace = a.reduce((sum, v, at) => (at % (size + 1) === 0 ? sum + v : sum), 0);
      const sum = all.values.reduce((total, v) => total + v, 0);
      assert.ok(Math.abs(sum - trace) <= 1e-13 * size * Math.max(...a.map(Math.abs)));
    });

  it('gives the eigenvalues that mpmath gives', () => {
    // mpmath.eigsy(mpmath.hilbert(5))
    const { values } = symmetricEigen(hilbert(5), 5);
    const exact = [
      3.28792877217442e-6, 0.00030589804015112, 0.0114074916234198, 0.208534218611013,
      1.56705069109823,
    ];
    assert.ok(distance(values, exact) < 1e-14);
  });

  it("gives NumPy's vector, with its sign fixed", () => {
    // numpy.linalg.eigh of sin(7 min(i,j) + 3 max(i,j) + 1): the last vector, its largest component made positive
    const a = Float64Array.from({ length: 36 }, (_, at) => {
      const [i, j] = [Math.floor(at / 6), at % 6];
      return Math.sin(7 * Math.min(i, j) + 3 * Math.max(i, j) + 1);
    });
    const vector = [
      0.278000145290434, 0.3413103306770325, 0.6977184395832898, -0.2047526107486995,
      0.3224419790369472, -0.41655695289290273,
    ];
    const all = symmetricEigen(a, 6);
    assert.ok(distance(all.vectors.subarray(30), vector) < 1e-13);
    assert.ok(distance(leadingEigen(a, 6, 1).vectors, vector) < 1e-13);
    assert.ok(Math.abs(all.values[5] - 2.880622856176358) < 1e-13);
  });
});

describe('leadingEigen', () => {
  for (const [name, size, a] of cases)
    it(`of ${name}`, () => {
      const all = symmetricEigen(a, size).values.reverse();
      for (const count of new Set([1, Math.ceil(size / 2), size])) {
        const some = leadingEigen(a, size, count);
        check(a, size, some);
        const norm = Math.max(...a.map(Math.abs)) * size;
        assert.ok(distance(some.values, all.slice(0, count)) <= 1e-14 * norm * 5);
      }
    });

  it('finds the ten directions of a covariance among sixty', () => {
    const x = normalValues(200 * 60, 7).map((v, at) => v * (at % 60 < 10 ? 5 : 0.1));
    const a = naiveProduct(x, x, 60, 60, 200, { transposeA: true });
    const some = leadingEigen(a, 60, 10);
    check(a, 60, some);
    for (let k = 1; k < 10; k++) assert.ok(some.values[k - 1] >= some.values[k]);
    assert.ok(some.values[9] > 1000);
  });

  it('gives the same twice, and no more than there are', () => {
    const a = symmetricWith(clustered, 8);
    assert.deepEqual(leadingEigen(a, 30, 5), leadingEigen(a, 30, 5));
    assert.equal(leadingEigen(a, 30, 99).values.length, 30);
    assert.equal(leadingEigen(a, 30, 0).vectors.length, 0);
  });
});
