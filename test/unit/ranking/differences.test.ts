import assert from 'node:assert/strict';
import { type Candidate, differences } from '../../../src/ranking/index.js';

/** A mean as a score: its jackknife is the usual standard error, so that a paired t-test is the oracle. */
function mean(id: string, x: readonly number[]): Candidate {
  const sum = x.reduce((a, b) => a + b, 0);
  const replicates = Float64Array.from(x, value => (sum - value) / (x.length - 1));
  return { id, value: sum / x.length, replicates, nullValues: null };
}

const a = mean('a', [0.31, -0.12, 0.55, 0.74, -0.2, 0.18, 0.42, 0.09]);
const b = mean('b', [0.25, -0.3, 0.61, 0.5, -0.41, 0.02, 0.44, -0.15]);

describe('paired differences', () => {
  it('of means are those of a paired t-test', () => {
    const [found] = differences([b, a], ['a', 'b'], 10);
    assert.deepEqual(found.models, ['a', 'b']);
    // scipy.stats.ttest_rel(a, b).confidence_interval(0.95)
    const expected = { value: 0.12625, low: 0.02764, high: 0.22486 };
    for (const key of ['value', 'low', 'high'] as const)
      assert.ok(
        Math.abs((found[key] ?? Number.NaN) - expected[key]) < 1e-4,
        `${key} ${found[key]}`,
      );
  });

  it('have no interval where a score has none', () => {
    const [found] = differences([a, { ...b, replicates: null }], ['a', 'b'], 10);
    assert.deepEqual([found.low, found.high], [null, null]);
  });

  it('are of all pairs of the first ones, the better one first', () => {
    const three = [a, b, { ...b, id: 'c' }, { ...b, id: 'd' }];
    assert.deepEqual(
      differences(three, ['a', 'b', 'c', 'd'], 3).map(({ models }) => models.join()),
      ['a,b', 'a,c', 'b,c'],
    );
  });
});
