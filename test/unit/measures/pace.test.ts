import assert from 'node:assert/strict';
import { Pace } from '../../../src/measures/passes/pace.js';
import { eigenOf, leadingOf } from '../../../src/numerics/eigen.js';
import { normals, random } from '../../../src/numerics/random.js';
import {
  eigenvaluesOf,
  tridiagonalize,
  tridiagonalizing,
  turningFrom,
  turningTo,
} from '../../../src/numerics/tridiagonal.js';
import { Cancelled } from '../../../src/protocol/notice.js';

describe('long numerics', () => {
  const size = 300;
  const normal = normals(random(1));
  const a = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) a[i * size + j] = a[j * size + i] = normal();
  const form = tridiagonalize(a, size);
  const vectors = () => Float64Array.from({ length: 100 * size }, normal);
  const longer = Float64Array.from({ length: 3000 }, normal);

  for (const [what, steps] of Object.entries({
    'a tridiagonal form': () => tridiagonalizing(a, size),
    'its eigenvalues': () => eigenvaluesOf(longer, longer.subarray(1)),
    eigenvectors: () => eigenOf(form),
    'leading eigenvectors': () => leadingOf(form, 64),
    'vectors turned into a basis': () => turningTo(form, vectors()),
    'vectors turned back': () => turningFrom(form, vectors()),
  }))
    it(`end where they are cancelled: ${what}`, async () => {
      const signal = AbortSignal.abort();
      await assert.rejects(async () => new Pace(signal).through<unknown>(steps()), Cancelled);
    });
});
