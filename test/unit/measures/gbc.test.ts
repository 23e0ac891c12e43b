import assert from 'node:assert/strict';
import { gbc } from '../../../src/measures/gbc.js';
import { componentsOfEnergy, principalComponents } from '../../../src/measures/parts/pca.js';
import type { FeatureData } from '../../../src/measures/passes/featureData.js';
import { near } from '../../support/near.js';
import {
  awkwardSets,
  dataOf,
  type FeatureSet,
  groupsOf,
  hidden,
  normalSet,
  partOf,
  referenceCases,
  rotated,
} from './featureSets.js';

const scoreOf = async (data: FeatureData) => (await gbc.fit(data)).value;

/** Features as they are along the components of a set, times a rotation that has none: no further PCA changes them. */
async function projected(set: FeatureSet): Promise<FeatureSet & { exact: Float64Array }> {
  const { count, scores } = await principalComponents(dataOf(set));
  return { ...set, d: count, features: Float32Array.from(scores), exact: scores };
}

/** The definition, over vectors as they are. */
function naive(z: ArrayLike<number>, k: number, labels: ArrayLike<number>): number {
  const classes = [...new Set(Array.from(labels))];
  const fits = classes.map(c => {
    const rows = Array.from(labels, (y, i) => (y === c ? i : -1)).filter(i => i >= 0);
    const mean = Array.from({ length: k }, (_, j) =>
      rows.reduce((sum, i) => sum + z[i * k + j] / rows.length, 0),
    );
    const spread = rows.reduce(
      (sum, i) => sum + mean.reduce((s, m, j) => s + (z[i * k + j] - m) ** 2, 0),
      0,
    );
    return { mean, v: Math.max(1e-4, spread / rows.length / k) };
  });
  let sum = 0;
  for (const a of fits)
    for (const b of fits) {
      if (a === b) continue;
      const v = (a.v + b.v) / 2;
      const far = a.mean.reduce((s, m, j) => s + (m - b.mean[j]) ** 2, 0);
      sum += Math.exp(-(far / v / 8 + (k / 2) * Math.log(v / Math.sqrt(a.v * b.v))));
    }
  return -Math.log(sum);
}

describe('GBC', () => {
  for (const set of referenceCases())
    it(`equals the reference values: ${set.name}`, async () => {
      const { spherical, diagonal } = set.expected.gbc;
      for (const data of [dataOf(set), dataOf(set, { blockRows: 1 }), hidden(set)]) {
        const { value, details } = await gbc.fit(data);
        near(value, spherical.value, 1e-6, 'spherical');
        near(details?.sum ?? 0, spherical.sum, 1e-6, 'sum');
        near(details?.diagonal ?? 0, diagonal.value, 1e-6, 'diagonal');
        near(details?.diagonalSum ?? 0, diagonal.sum, 1e-6, 'sum of the diagonal form');
        assert.equal(details?.components, spherical.components);
      }
    });

  it('is least where all classes are the same: -ln of the number of ordered pairs', async () => {
    const half = normalSet({ n: 24, d: 4, targetClasses: 1, seed: 3 });
    const thrice = {
      d: 4,
      features: Float32Array.from([...half.features, ...half.features, ...half.features]),
      labels: Int32Array.from({ length: 72 }, (_, i) => Math.floor(i / 24)),
    };
    near(await scoreOf(dataOf(thrice)), -Math.log(6), 1e-12, 'equal classes');
    const set = normalSet({ n: 72, d: 4, targetClasses: 3, seed: 5, spread: 0.1 });
    assert.ok((await scoreOf(dataOf(set))) > -Math.log(6));
  });

  it('does not change when features are rotated', async () => {
    const set = normalSet({ n: 50, d: 7, targetClasses: 4, seed: 6 });
    near(await scoreOf(dataOf(rotated(set))), await scoreOf(dataOf(set)), 1e-5, 'in float32');
  });

  it('tells models apart whose published sum is zero', async () => {
    const far = async (spread: number) =>
      gbc.fit(dataOf(normalSet({ n: 40, d: 9, targetClasses: 2, seed: 6, spread })));
    const [near, farther] = [await far(300), await far(400)];
    assert.equal(Math.abs(near.details?.sum ?? 1), 0);
    assert.ok(Number.isFinite(farther.value) && farther.value > near.value);
  });

  it('without a group is what a fit on the rest gives along the same components', async () => {
    for (const d of [9, 80]) {
      const set = normalSet({ n: 120, d, targetClasses: 4, seed: 7, offset: 3, spread: 0.4 });
      const groups = groupsOf(120, 6);
      const { without } = await gbc.fit(dataOf(set, { groups }));
      const { exact, d: k } = await projected(set);
      for (const g of [0, 4]) {
        const kept = (i: number) => groups[i] !== g;
        const z = exact.filter((_, at) => kept(Math.floor(at / k)));
        const expected = naive(
          z,
          k,
          set.labels.filter((_, i) => kept(i)),
        );
        near((await without?.(g)) ?? Number.NaN, expected, 1e-10, `group ${g}`);
      }
    }
  });

  it('without a group is exact where all components are kept', async () => {
    const set = normalSet({ n: 60, d: 9, targetClasses: 4, seed: 7, offset: 3 });
    const groups = groupsOf(60, 6);
    const { without } = await gbc.fit(dataOf(set, { groups }));
    for (const g of [0, 4]) {
      const rest = dataOf(partOf(set, i => groups[i] !== g));
      near((await without?.(g)) ?? Number.NaN, await scoreOf(rest), 1e-9, `group ${g}`);
    }
  });

  for (const [name, set, targetClasses] of awkwardSets())
    it(`is finite or says why: ${name}`, async () => {
      const classes = new Set(set.labels).size;
      const { value, doubt } = await gbc.fit(dataOf(set, { targetClasses }));
      if (name === 'only constant features') assert.ok(doubt && Number.isNaN(value));
      else if (classes > 1) assert.ok(Number.isFinite(value), `${value}`);
    });

  it('loses a class with its last sample', async () => {
    const set = normalSet({ n: 21, d: 3, targetClasses: 3, seed: 9 });
    const groups = Int32Array.from(set.labels, y => y);
    const { without } = await gbc.fit(dataOf(set, { groups }));
    const two = partOf(set, i => set.labels[i] !== 1);
    near((await without?.(1)) ?? Number.NaN, await scoreOf(dataOf(two)), 1e-9, 'two classes');
  });
});

describe('principal components', () => {
  it('have the energy that was asked for, and no more than it takes', async () => {
    const set = normalSet({ n: 300, d: 200, targetClasses: 3, seed: 11 });
    const { count, squares, total, scores } = await componentsOfEnergy(dataOf(set), 0.8);
    assert.ok(count > 64 && count < 200, `${count}`);
    const energy = squares.reduce((a, b) => a + b, 0);
    assert.ok(energy >= 0.8 * total && energy - squares[count - 1] < 0.8 * total);
    near(scores.reduce((sum, z) => sum + z * z, 0) / energy, 1, 1e-12, 'scores');
    const few = await componentsOfEnergy(dataOf(set), 0.2);
    assert.equal(few.scores.length, 300 * few.count);
    near(few.scores[5 * few.count], scores[5 * count], 1e-9, 'the same component');
  });

  it('are as many as the rank where more are asked for', async () => {
    const set = normalSet({ n: 20, d: 300, targetClasses: 3, seed: 12 });
    assert.equal((await principalComponents(dataOf(set))).count, 19);
    assert.equal((await componentsOfEnergy(dataOf(set), 1)).count, 19);
    const all = normalSet({ n: 200, d: 70, targetClasses: 3, seed: 12 });
    assert.equal((await componentsOfEnergy(dataOf(all), 1)).count, 70);
  });
});
