import assert from 'node:assert/strict';
import { minimize } from '../../../src/numerics/brent.js';

describe('minimize', () => {
  it('finds what SciPy finds', () => {
    // scipy.optimize.minimize_scalar(method='bounded', xatol=1e-12)
    const { x, value } = minimize(t => Math.exp(t) + 5 * Math.exp(-2 * t) - t, -5, 5, 1e-10);
    assert.ok(Math.abs(x - 0.9339386835303694) < 1e-7);
    assert.ok(Math.abs(value - 2.3828285948368224) < 1e-14);
  });

  it('of a parabola needs few evaluations', () => {
    let calls = 0;
    const parabola = (x: number) => {
      calls++;
      return (x - 3) ** 2;
    };
    assert.ok(Math.abs(minimize(parabola, -100, 100, 1e-8).x - 3) < 1e-7);
    // Golden sections alone need fifty.
    assert.ok(calls < 15, `${calls} evaluations`);
  });

  it('stays between the ends, which may be the minimum or given in any order', () => {
    const seen: number[] = [];
    const slope = (x: number) => {
      seen.push(x);
      return x;
    };
    assert.ok(Math.abs(minimize(slope, 2, 7, 1e-6).x - 2) < 1e-6);
    assert.ok(Math.abs(minimize(x => -x, 7, 2, 1e-6).x - 7) < 1e-6);
    assert.ok(seen.every(x => x > 2 && x < 7));
  });

  it('manages corners, plateaus and no interval at all', () => {
    assert.ok(Math.abs(minimize(x => Math.abs(x - 0.3), -1, 4, 1e-8).x - 0.3) < 1e-7);
    const { x, value } = minimize(() => 4, 0, 1, 1e-6);
    assert.ok(x >= 0 && x <= 1 && value === 4);
    assert.deepEqual(
      minimize(t => t * t, 5, 5, 1e-6),
      { x: 5, value: 25 },
    );
  });
});
