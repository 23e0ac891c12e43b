import assert from 'node:assert/strict';
import { normals, random } from '../../../src/numerics/random.js';
import { agreement, kendall } from '../../../src/ranking/index.js';

const still = (values: number[]) => values.map(value => ({ value, replicates: null }));

describe("Kendall's tau", () => {
  it('equals scipy.stats.kendalltau, ties included', () => {
    // scipy.stats.kendalltau([1, 2, 2, 4, 5], [3, 1, 1, 5, 4]) and ([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])
    assert.ok(Math.abs(kendall([1, 2, 2, 4, 5], [3, 1, 1, 5, 4]) - 1 / 3) < 1e-12);
    assert.ok(Math.abs(kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]) + 0.4714045207910316) < 1e-12);
  });

  it('is 1 for the same order, -1 for the reverse, and no number where all are tied', () => {
    assert.equal(kendall([1, 2, 3], [4, 5, 9]), 1);
    assert.equal(kendall([1, 2, 3], [3, 2, 1]), -1);
    assert.ok(Number.isNaN(kendall([1, 1, 1], [1, 2, 3])));
  });
});

describe('agreement of two measures', () => {
  it('has no interval where nothing varies', () => {
    assert.deepEqual(agreement(still([1, 2, 3]), still([2, 4, 3]), { seed: 0 }), {
      tau: 1 / 3,
      low: null,
      high: null,
    });
  });

  it('is sure of what is far apart, and open where scores overlap', () => {
    const normal = normals(random(1));
    const spread = (value: number, deviation: number) => ({
      value,
      replicates: Float64Array.from({ length: 40 }, () => value + (deviation / 39) * normal()),
    });
    const far = [0, 10, 20, 30].map(v => spread(v, 0.1));
    assert.deepEqual(agreement(far, far, { seed: 0 }), { tau: 1, low: 1, high: 1 });
    const near = [0, 0.01, 0.02, 0.03].map(v => spread(v, 1));
    const { low, high } = agreement(near, far, { seed: 0 });
    assert.ok(low !== null && high !== null && high - low > 1, `${low} to ${high}`);
  });
});
