import assert from 'node:assert/strict';
import { normals, random, shuffle } from '../../../src/numerics/random.js';

const draw = (seed: number, count: number): number[] => {
  const next = random(seed);
  return Array.from({ length: count }, next);
};

describe('random', () => {
  it('is decided by its seed, also beyond 32 bits', () => {
    assert.deepEqual(draw(7, 5), draw(7, 5));
    const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, 65_537, 2 ** 40];
    assert.equal(new Set(seeds.map(seed => draw(seed, 1)[0])).size, seeds.length);
  });

  it('gives the same sequence as an implementation of the generator in Python', () => {
    assert.deepEqual(draw(1, 3), [0.35552973804658117, 0.3247683902796089, 0.8806444569026798]);
  });

  it('is uniform in [0, 1): mean, variance and tenths', () => {
    const values = draw(3, 200_000);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    assert.ok(Math.abs(mean - 0.5) < 4 * Math.sqrt(1 / 12 / values.length));
    assert.ok(Math.abs(variance - 1 / 12) < 0.001);
    const tenths = new Array(10).fill(0);
    for (const v of values) tenths[Math.floor(v * 10)]++;
    const chi = tenths.reduce((sum, c) => sum + (c - 20_000) ** 2 / 20_000, 0);
    assert.ok(chi < 27.9, `chi² of 9 degrees of freedom: ${chi}`);
  });

  it('streams of neighbouring seeds have nothing to do with each other', () => {
    const [a, b] = [draw(10, 50_000), draw(11, 50_000)];
    const covariance = a.reduce((sum, v, i) => sum + (v - 0.5) * (b[i] - 0.5), 0) / a.length;
    assert.ok(Math.abs(covariance * 12) < 4 / Math.sqrt(a.length));
  });
});

describe('normals', () => {
  it('have the moments of the standard normal', () => {
    const normal = normals(random(5));
    const values = Array.from({ length: 200_000 }, normal);
    const moment = (k: number) => values.reduce((a, v) => a + v ** k, 0) / values.length;
    assert.ok(Math.abs(moment(1)) < 0.01);
    assert.ok(Math.abs(moment(2) - 1) < 0.015);
    assert.ok(Math.abs(moment(3)) < 0.04);
    assert.ok(Math.abs(moment(4) - 3) < 0.1);
  });
});

describe('shuffle', () => {
  it('gives every order equally often', () => {
    const next = random(9);
    const counts = new Map<string, number>();
    for (let k = 0; k < 24_000; k++) {
      const order = shuffle([0, 1, 2, 3], next).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.equal(counts.size, 24);
    const chi = [...counts.values()].reduce((sum, c) => sum + (c - 1000) ** 2 / 1000, 0);
    assert.ok(chi < 49.7, `chi² of 23 degrees of freedom: ${chi}`);
  });
});
