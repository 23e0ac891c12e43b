import assert from 'node:assert/strict';
import { digamma } from '../../../src/numerics/digamma.js';
import { logGamma } from '../../../src/numerics/student.js';

const euler = 0.5772156649015329;

describe('digamma', () => {
  it('has its known values', () => {
    const known: [x: number, value: number][] = [
      [1, -euler],
      [0.5, -euler - 2 * Math.LN2],
      [0.25, -euler - Math.PI / 2 - 3 * Math.LN2],
      [4, -euler + 1 + 1 / 2 + 1 / 3],
      [100, 4.600161852738087],
      [1e-4, -10000.577051183514],
    ];
    for (const [x, value] of known)
      assert.ok(Math.abs(digamma(x) - value) <= 1e-13 * Math.max(1, Math.abs(value)), `${x}`);
  });

  it('is the slope of ln Γ, and grows by 1 / x a step', () => {
    for (const x of [0.3, 1.7, 9.99, 10.01, 250]) {
      const h = 1e-4 * x;
      const slope = (logGamma(x + h) - logGamma(x - h)) / (2 * h);
      assert.ok(Math.abs(slope - digamma(x)) < 1e-6 * Math.max(1, Math.abs(slope)), `${x}`);
      assert.ok(Math.abs(digamma(x + 1) - digamma(x) - 1 / x) < 1e-12);
    }
  });
});
