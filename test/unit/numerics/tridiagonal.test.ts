import assert from 'node:assert/strict';
import { cholesky, logDeterminant, solveCholesky } from '../../../src/numerics/cholesky.js';
import { atOnce } from '../../../src/numerics/steps.js';
import {
  solveShifted,
  tridiagonalEigenvalues,
  tridiagonalize,
  turningFrom,
  turningTo,
} from '../../../src/numerics/tridiagonal.js';
import { distance, hilbert, naiveProduct, normalValues, symmetricWith } from './matrices.js';

function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
}

function whole(diagonal: Float64Array, offDiagonal: Float64Array): Float64Array {
  const size = diagonal.length;
  const t = new Float64Array(size * size);
  for (let i = 0; i < size; i++) t[i * size + i] = diagonal[i];
  for (let i = 0; i + 1 < size; i++) t[i * size + i + 1] = t[(i + 1) * size + i] = offDiagonal[i];
  return t;
}

function symmetric(size: number): Float64Array {
  const a = normalValues(size * size, size);
  return a.map((v, at) => v + a[(at % size) * size + Math.floor(at / size)]);
}

const cases: [string, number, Float64Array][] = [
  ['of size 1', 1, Float64Array.of(-3)],
  ['of size 2', 2, symmetric(2)],
  ['of size 3', 3, symmetric(3)],
  ['of even size', 40, symmetric(40)],
  ['of odd size', 41, symmetric(41)],
  ['of zeros', 6, new Float64Array(36)],
  ['that is the identity', 6, identity(6)],
  [
    'that is tridiagonal already',
    5,
    whole(Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(1, 0, 2, 3)),
  ],
  ['that is tridiagonal but for rounding', 3, Float64Array.of(1, 2, 1e-9, 2, 1, 1, 1e-9, 1, 1)],
  ['of very large values', 12, symmetric(12).map(v => v * 1e200)],
  ['of very small values', 12, symmetric(12).map(v => v * 1e-200)],
  [
    'scaled badly',
    10,
    symmetric(10).map((v, at) => v * 10 ** ((at % 10) + Math.floor(at / 10) - 9)),
  ],
];

describe('tridiagonalize', () => {
  for (const [name, size, a] of cases)
    it(`a matrix ${name}: Q is orthonormal and Q T Qᵀ is A`, () => {
      const before = a.slice();
      const t = tridiagonalize(a, size);
      assert.deepEqual(a, before);
      assert.equal(t.offDiagonal.length, size - 1);
      const largest = Math.max(...a.map(Math.abs));
      // Rows of the identity become the columns of Q.
      const q = atOnce(turningFrom(t, identity(size)));
      const square = naiveProduct(q, q, size, size, size, { transposeB: true });
      assert.ok(distance(square, identity(size)) < 1e-13);
      const tq = naiveProduct(whole(t.diagonal, t.offDiagonal), q, size, size, size);
      const back = naiveProduct(q, tq, size, size, size, { transposeA: true });
      assert.ok(distance(back, a) <= 1e-13 * size * largest);
    });

  it('reads the lower half only', () => {
    const a = symmetric(9);
    const { diagonal, offDiagonal } = tridiagonalize(a, 9);
    const lower = a.map((v, at) => (at % 9 > Math.floor(at / 9) ? Number.NaN : v));
    const other = tridiagonalize(lower, 9);
    assert.deepEqual([other.diagonal, other.offDiagonal], [diagonal, offDiagonal]);
  });

  for (const count of [1, 4, 7])
    it(`takes ${count} vectors there and back`, () => {
      const t = tridiagonalize(symmetric(20), 20);
      const vectors = normalValues(20 * count, 8);
      const there = atOnce(turningTo(t, vectors.slice()));
      const q = atOnce(turningFrom(t, identity(20)));
      const expected = naiveProduct(vectors, q, count, 20, 20, { transposeB: true });
      assert.ok(distance(there, expected) < 1e-13);
      assert.ok(distance(atOnce(turningFrom(t, there)), vectors) < 1e-13);
    });
});

describe('tridiagonalEigenvalues', () => {
  it('are those that SciPy finds for pairs that agree in 10 and in 14 digits', () => {
    // scipy.linalg.eigh_tridiagonal(abs(arange(-10, 11)), ones(20)): Wilkinson's W21+
    const diagonal = Float64Array.from({ length: 21 }, (_, i) => Math.abs(i - 10));
    const values = tridiagonalEigenvalues(diagonal, new Float64Array(20).fill(1));
    const top = [9.210678647304919, 9.210678647361332, 10.746194182903322, 10.746194182903393];
    assert.ok(distance(values.subarray(17), top) < 1e-14 * 20);
    assert.ok(Math.abs(values[0] - -1.1254415221199854) < 1e-14 * 20);
  });

  it('are 2 - 2 cos(kπ / (n + 1)) for the second difference', () => {
    const n = 100;
    const values = tridiagonalEigenvalues(
      new Float64Array(n).fill(2),
      new Float64Array(n - 1).fill(-1),
    );
    const exact = values.map((_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)));
    assert.ok(distance(values, exact) < 1e-13);
  });

  it('are found whatever the scale', () => {
    for (const scale of [1e-250, 1, 1e250]) {
      const d = Float64Array.of(1, 1, 1).map(v => v * scale);
      const values = tridiagonalEigenvalues(d, Float64Array.of(scale, scale));
      const exact = [1 - Math.SQRT2, 1, 1 + Math.SQRT2];
      assert.ok(
        distance(
          values.map(v => v / scale),
          exact,
        ) < 1e-14,
      );
    }
  });

  it('of repeated values and of zeros', () => {
    const wanted = [-1, 0, 0, 0, 2, 2, 2, 5];
    const t = tridiagonalize(symmetricWith(wanted, 5), 8);
    assert.ok(distance(tridiagonalEigenvalues(t.diagonal, t.offDiagonal), wanted) < 1e-14 * 20);
    const zeros = tridiagonalEigenvalues(new Float64Array(4), new Float64Array(3));
    assert.deepEqual(zeros, new Float64Array(4));
  });

  it('refuse what is not finite', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const a = symmetric(5);
      a[4 * 5 + 2] = bad;
      const t = tridiagonalize(a, 5);
      assert.throws(() => tridiagonalEigenvalues(t.diagonal, t.offDiagonal), RangeError);
    }
  });
});

describe('solveShifted', () => {
  it('gives what NumPy gives', () => {
    // b = sin(7 min(i,j) + 3 max(i,j) + 1), A = b b, M = A + 0.3 I, u = cos(0..5): slogdet(M), u M^-1 u, |M^-1 u|^2
    const b = Float64Array.from({ length: 36 }, (_, at) => {
      const [i, j] = [Math.floor(at / 6), at % 6];
      return Math.sin(7 * Math.min(i, j) + 3 * Math.max(i, j) + 1);
    });
    const t = tridiagonalize(naiveProduct(b, b, 6, 6, 6), 6);
    const u = atOnce(
      turningTo(
        t,
        Float64Array.from({ length: 6 }, (_, i) => Math.cos(i)),
      ),
    );
    const solution = solveShifted(t, 0.3, u);
    assert.ok(solution);
    const { logDeterminant: ln, quadratic, squared } = solution;
    const expected = [4.034353697223202, 3.5837216876625693, 8.165429286911905];
    assert.ok(distance([ln, quadratic, squared], expected) < 1e-12);
  });

  it('is what eigenvalues and Cholesky say, for shifts of all sizes', () => {
    const size = 30;
    const x = normalValues(50 * size, 9);
    const a = naiveProduct(x, x, size, size, 50, { transposeA: true });
    const t = tridiagonalize(a, size);
    const values = tridiagonalEigenvalues(t.diagonal, t.offDiagonal);
    const b = normalValues(size, 10);
    const u = atOnce(turningTo(t, b.slice()));
    for (const shift of [0, 1e-6, 1, 1e6]) {
      const solution = solveShifted(t, shift, u);
      assert.ok(solution);
      const l = cholesky(
        a.map((v, at) => (at % (size + 1) === 0 ? v + shift : v)),
        size,
      );
      assert.ok(l);
      const solved = solveCholesky(l, size, b.slice(), 1);
      const quadratic = solved.reduce((sum, v, i) => sum + v * b[i], 0);
      const squared = solved.reduce((sum, v) => sum + v * v, 0);
      const sum = values.reduce((all, v) => all + Math.log(v + shift), 0);
      assert.ok(Math.abs(solution.logDeterminant - sum) < 1e-10);
      assert.ok(Math.abs(solution.logDeterminant - logDeterminant(l, size)) < 1e-10);
      assert.ok(Math.abs(solution.quadratic / quadratic - 1) < 1e-11);
      assert.ok(Math.abs(solution.squared / squared - 1) < 1e-11);
    }
  });

  it('keeps its digits at condition 5e11', () => {
    const t = tridiagonalize(hilbert(9), 9);
    const solution = solveShifted(t, 0, new Float64Array(9));
    // The exact determinant, in rational numbers.
    assert.ok(Math.abs((solution?.logDeterminant ?? 0) - -96.73694927439705) < 1e-3);
  });

  it('of size 1, and null where the matrix is not positive definite', () => {
    const t = tridiagonalize(Float64Array.of(3), 1);
    assert.deepEqual(solveShifted(t, 1, Float64Array.of(2)), {
      logDeterminant: Math.log(4),
      quadratic: 1,
      squared: 0.25,
    });
    assert.equal(solveShifted(t, -3, Float64Array.of(2)), null);
    const mixed = tridiagonalize(symmetricWith([-1, 1, 2], 4), 3);
    assert.equal(solveShifted(mixed, 0.9, new Float64Array(3)), null);
    assert.ok(solveShifted(mixed, 1.1, new Float64Array(3)));
  });
});
