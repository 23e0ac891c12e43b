import assert from 'node:assert/strict';
import { rowsByClass } from '../../../src/measures/parts/rowsByClass.js';
import { Pace } from '../../../src/measures/passes/pace.js';
import { codingRate, transRate } from '../../../src/measures/transRate.js';
import { plainBlas } from '../../../src/numerics/blas.js';
import { near } from '../../support/near.js';
import {
  awkwardSets,
  dataOf,
  groupsOf,
  hidden,
  mapped,
  normalSet,
  partOf,
  referenceCases,
  rotated,
} from './featureSets.js';

const transRateOf = async (data: Parameters<typeof transRate.fit>[0]) =>
  (await transRate.fit(data)).value;

describe('TransRate', () => {
  for (const set of referenceCases())
    it(`equals the reference value: ${set.name}`, async () => {
      const { value } = set.expected.transRate;
      for (const blockRows of [1, 29, 1000])
        near(
          await transRateOf(dataOf(set, { blockRows })),
          value,
          1e-6,
          `${blockRows} rows a block`,
        );
      near(
        await transRateOf(hidden(set)),
        value,
        1e-6,
        'as a part of more samples, in another order',
      );
    });

  it('is never below zero, and zero where classes have one and the same scatter', async () => {
    // ln det is concave. Two classes, each with every sample of the other.
    const half = normalSet({ n: 30, d: 5, targetClasses: 1, seed: 3 });
    const twice = {
      d: 5,
      features: Float32Array.from([...half.features, ...half.features]),
      labels: Int32Array.from({ length: 60 }, (_, i) => (i < 30 ? 0 : 1)),
    };
    near(await transRateOf(dataOf(twice)), 0, 1e-12, 'equal classes');
    const noise = normalSet({ n: 60, d: 5, targetClasses: 3, seed: 4, spread: 0 });
    const value = await transRateOf(dataOf(noise));
    assert.ok(value > 0 && value < 1, `${value}`);
  });

  it('does not change when features are rotated or moved', async () => {
    const set = normalSet({ n: 50, d: 7, targetClasses: 4, seed: 6 });
    const value = await transRateOf(dataOf(set));
    near(await transRateOf(dataOf(rotated(set))), value, 1e-5, 'rotated, in float32');
    near(await transRateOf(dataOf(mapped(set, x => x.map(v => v + 8)))), value, 1e-5, 'moved');
  });

  it('without a group is what a fit on the rest gives', async () => {
    const set = normalSet({ n: 60, d: 9, targetClasses: 4, seed: 7, offset: 3 });
    const groups = groupsOf(60, 6);
    const { without } = await transRate.fit(dataOf(set, { groups }));
    for (const g of [0, 4]) {
      const rest = dataOf(partOf(set, i => groups[i] !== g));
      near((await without?.(g)) ?? Number.NaN, await transRateOf(rest), 1e-10, `group ${g}`);
    }
  });

  for (const [name, set, targetClasses] of awkwardSets())
    it(`is finite: ${name}`, async () => {
      const value = await transRateOf(dataOf(set, { targetClasses }));
      assert.ok(Number.isFinite(value) && value > -1e-9, `${value}`);
    });

  it('has the rate of a scatter beside which the 1 is lost', async () => {
    // Rank one, size two: ½ ln (1 + 2s²/(nε)).
    const gram = Float64Array.of(1e30, 1e30, 1e30, 1e30);
    const helpers = { blas: plainBlas, pace: new Pace() };
    near(await codingRate(gram, 2, 1, helpers), Math.log1p(2e34) / 2, 1e-12, 'rate');
  });
});

describe('rows by class', () => {
  it('come complete and in order, whatever may be held', async () => {
    const set = normalSet({ n: 40, d: 3, targetClasses: 5, seed: 8 });
    for (const held of [0, 30, 1e6])
      for (const blockRows of [1, 7, 50]) {
        const found: number[][] = [[], [], [], [], []];
        const complete: number[] = [];
        const data = dataOf(set, { targetClasses: 6, blockRows });
        for await (const { label, rows, values, last } of rowsByClass(data, undefined, held)) {
          assert.ok(rows <= 3);
          found[label].push(...values.subarray(0, rows * 3));
          if (last) complete.push(label);
        }
        assert.deepEqual(complete.sort(), [0, 1, 2, 3, 4]);
        found.forEach((values, label) => {
          assert.deepEqual(values, [...partOf(set, i => set.labels[i] === label).features]);
        });
      }
  });
});
