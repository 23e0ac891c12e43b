import { normals, random } from './random.js';
import type { Steps } from './steps.js';
import { tridiagonalEigenvalues } from './tridiagonal.js';

/**
 * The largest eigenvalue of a symmetric matrix (size x size, row-major, both halves), to about 1e-13 of the largest magnitude of
 * any, step by step: Lanczos' iteration with full reorthogonalisation, some ten to a hundred products of the matrix and a vector.
 * @param enough where it is at least this, some value between the two may be returned
 */
export function* largestEigenvalue(
  a: Float64Array,
  size: number,
  enough = Number.POSITIVE_INFINITY,
): Steps<number> {
  const normal = normals(random(1));
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  let next: Float64Array = Float64Array.from({ length: size }, normal);
  let length = norm(next);
  let value = Number.NaN;
  for (;;) {
    const v = next.map(x => x / length);
    basis.push(v);
    next = product(a, size, v);
    diagonal.push(dot(v, next));
    for (let pass = 0; pass < 2; pass++)
      for (const b of basis) {
        const along = dot(b, next);
        for (let i = 0; i < size; i++) next[i] -= along * b[i];
      }
    length = norm(next);
    // All of the space, or an invariant part: a random start is in none without the largest eigenvalue.
    const last = basis.length === size || !(length > 1e-14 * scaleOf(diagonal, offDiagonal));
    if (last || basis.length % 5 === 0) {
      const before = value;
      const ritz = tridiagonalEigenvalues(
        Float64Array.from(diagonal),
        Float64Array.from(offDiagonal),
      );
      value = ritz[ritz.length - 1];
      const most = Math.max(Math.abs(ritz[0]), Math.abs(value));
      if (last || value >= enough || Math.abs(value - before) <= 1e-14 * most) return value;
    }
    offDiagonal.push(length);
    yield size * (size + 4 * basis.length);
  }
}

function scaleOf(diagonal: readonly number[], offDiagonal: readonly number[]): number {
  return Math.max(...diagonal.map(Math.abs), ...offDiagonal);
}

function norm(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function product(a: Float64Array, size: number, x: Float64Array): Float64Array {
  const y = new Float64Array(size);
  for (let i = 0, at = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += a[at++] * x[j];
    y[i] = sum;
  }
  return y;
}
