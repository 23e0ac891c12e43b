import { implicitQling } from './ql.js';
import { random } from './random.js';
import { atOnce, type Steps } from './steps.js';
import { eigenvaluesOf, type Tridiagonal, tridiagonalize, turningFrom } from './tridiagonal.js';

/** Eigenvalues and, one a row, orthonormal eigenvectors, the component of largest magnitude of each positive. */
export interface Eigen {
  values: Float64Array;
  /** values.length x size, row-major: row k belongs to `values[k]`. */
  vectors: Float64Array;
}

/** All eigenvalues of a symmetric matrix (size x size, row-major, its lower half is read), ascending, and vectors. */
export function symmetricEigen(a: Float64Array, size: number): Eigen {
  return atOnce(eigenOf(tridiagonalize(a, size)));
}

/** The same from the matrix's tridiagonal form, step by step. */
export function* eigenOf(t: Tridiagonal): Steps<Eigen> {
  const { size } = t;
  const values = t.diagonal.slice();
  const rows = identity(size);
  yield* implicitQling(values, t.offDiagonal, rows);
  yield* turningFrom(t, rows);
  const order = Array.from(values.keys()).sort((i, j) => values[i] - values[j] || i - j);
  const vectors = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    const row = rows.subarray(order[k] * size, (order[k] + 1) * size);
    vectors.set(row, k * size);
  }
  fixSigns(vectors, size);
  return { values: values.sort(), vectors };
}

/**
 * The `count` largest eigenvalues of a symmetric matrix, descending, and vectors, by inverse iteration on its
 * tridiagonal form: for few of many vectors much less work than `symmetricEigen`.
 */
export function leadingEigen(a: Float64Array, size: number, count: number): Eigen {
  return atOnce(leadingOf(tridiagonalize(a, size), count));
}

/** The same from the matrix's tridiagonal form, step by step. */
export function* leadingOf(t: Tridiagonal, count: number): Steps<Eigen> {
  const all = yield* eigenvaluesOf(t.diagonal, t.offDiagonal);
  const values = all.reverse().slice(0, count);
  const vectors = yield* inverseIteration(t, values);
  yield* turningFrom(t, vectors);
  fixSigns(vectors, t.size);
  return { values, vectors };
}

function identity(size: number): Float64Array {
  const rows = new Float64Array(size * size);
  for (let i = 0; i < size; i++) rows[i * size + i] = 1;
  return rows;
}

function fixSigns(vectors: Float64Array, size: number): void {
  for (let start = 0; start < vectors.length; start += size) {
    let most = 0;
    for (let k = start; k < start + size; k++)
      if (Math.abs(vectors[k]) > Math.abs(most)) most = vectors[k];
    if (most < 0) for (let k = start; k < start + size; k++) vectors[k] = -vectors[k];
  }
}

/**
 * Eigenvectors of T, one a row, for eigenvalues in descending order. Those of a cluster are made orthogonal to each
 * other at every step, as in LAPACK's dstein.
 */
function* inverseIteration(t: Tridiagonal, values: Float64Array): Steps<Float64Array> {
  const { size, diagonal, offDiagonal } = t;
  const vectors = new Float64Array(values.length * size);
  let norm = 0;
  for (let i = 0; i < size; i++) {
    const sides = Math.abs(offDiagonal[i - 1] ?? 0) + Math.abs(offDiagonal[i] ?? 0);
    norm = Math.max(norm, Math.abs(diagonal[i]) + sides);
  }
  // What rounding leaves of a zero pivot; also where all of T is zero.
  const tiny = norm * Number.EPSILON || 1;
  const next = random(1);
  let cluster = 0;
  for (let k = 0; k < values.length; k++) {
    if (k > 0 && values[k - 1] - values[k] > 1e-3 * norm) cluster = k;
    const lu = factorize(t, values[k], tiny);
    const row = vectors.subarray(k * size, (k + 1) * size);
    for (let attempt = 0; attempt < 5; attempt++) {
      // From a start without what was found, an equal value leads to another vector.
      for (let i = 0; i < size; i++) row[i] = 2 * next() - 1;
      orthogonalize(vectors, size, cluster, k);
      let kept = 1;
      for (let step = 0; step < 3; step++) {
        solve(lu, row);
        normalize(row);
        kept = orthogonalize(vectors, size, cluster, k);
      }
      if (kept > 0.1) break;
    }
    yield size * (50 + 12 * (k - cluster));
  }
  return vectors;
}

/**
 * Takes out of row k what lies along rows `first` to k - 1, twice for orthogonality to rounding, and makes its length
 * one. Returns what was left of its length.
 */
function orthogonalize(vectors: Float64Array, size: number, first: number, k: number): number {
  const row = vectors.subarray(k * size, (k + 1) * size);
  let kept = 1;
  for (let pass = 0; pass < 2; pass++) {
    for (let other = first; other < k; other++) {
      const start = other * size;
      let dot = 0;
      for (let i = 0; i < size; i++) dot += vectors[start + i] * row[i];
      for (let i = 0; i < size; i++) row[i] -= dot * vectors[start + i];
    }
    kept *= normalize(row);
  }
  return kept;
}

/** Scales to length one, also where squares would overflow; returns the length it had. */
function normalize(x: Float64Array): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]));
  if (most === 0) return 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    x[i] /= most;
    sum += x[i] * x[i];
  }
  const length = Math.sqrt(sum);
  for (let i = 0; i < x.length; i++) x[i] /= length;
  return length * most;
}

/** T - shift I = P L U: U has two diagonals above its own. */
interface Factors {
  pivots: Float64Array;
  above: Float64Array;
  above2: Float64Array;
  multipliers: Float64Array;
  swapped: Uint8Array;
}

function factorize(
  { size, diagonal, offDiagonal }: Tridiagonal,
  shift: number,
  tiny: number,
): Factors {
  const pivots = new Float64Array(size);
  const above = new Float64Array(size);
  const above2 = new Float64Array(size);
  const multipliers = new Float64Array(size);
  const swapped = new Uint8Array(size);
  let pivot = diagonal[0] - shift;
  let right = offDiagonal[0] ?? 0;
  for (let i = 0; i < size; i++) {
    const below = i < size - 1 ? offDiagonal[i] : 0;
    const nextPivot = i < size - 1 ? diagonal[i + 1] - shift : 0;
    const nextRight = offDiagonal[i + 1] ?? 0;
    if (Math.abs(below) > Math.abs(pivot)) {
      swapped[i] = 1;
      pivots[i] = below;
      above[i] = nextPivot;
      above2[i] = nextRight;
      multipliers[i] = pivot / below;
      pivot = right - multipliers[i] * nextPivot;
      right = -multipliers[i] * nextRight;
    } else {
      pivots[i] = Math.abs(pivot) < tiny ? tiny : pivot;
      above[i] = right;
      multipliers[i] = below / pivots[i];
      pivot = nextPivot - multipliers[i] * right;
      right = nextRight;
    }
  }
  return { pivots, above, above2, multipliers, swapped };
}

function solve({ pivots, above, above2, multipliers, swapped }: Factors, x: Float64Array): void {
  const size = x.length;
  for (let i = 0; i < size - 1; i++) {
    if (swapped[i]) {
      const kept = x[i];
      x[i] = x[i + 1];
      x[i + 1] = kept - multipliers[i] * x[i];
    } else x[i + 1] -= multipliers[i] * x[i];
  }
  for (let i = size - 1; i >= 0; i--) {
    const one = i + 1 < size ? above[i] * x[i + 1] : 0;
    const two = i + 2 < size ? above2[i] * x[i + 2] : 0;
    x[i] = (x[i] - one - two) / pivots[i];
  }
}
