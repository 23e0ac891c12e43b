import assert from 'node:assert/strict';
import type { Regime } from '../../../src/measures/measure.js';
import { ncti } from '../../../src/measures/ncti.js';
import type { FeatureData } from '../../../src/measures/passes/featureData.js';
import { near } from '../../support/near.js';
import {
  awkwardSets,
  dataOf,
  groupsOf,
  hidden,
  normalSet,
  partOf,
  referenceCases,
  rotated,
} from './featureSets.js';

const names = ['seli', 'ncc', 'vc'];
const partsOf = async (data: FeatureData) => (await ncti.parts(data)).parts;

describe('NCTI', () => {
  for (const set of referenceCases())
    it(`has parts that equal the reference values: ${set.name}`, async () => {
      for (const data of [dataOf(set), dataOf(set, { blockRows: 1 }), hidden(set)]) {
        const parts = await partsOf(data);
        for (const name of names) {
          const expected = set.expected.ncti[name];
          if (expected === null) assert.ok(Number.isNaN(parts[name]), name);
          else near(parts[name], expected, 1e-6, name);
        }
      }
    });

  it('does not change when features are rotated', async () => {
    for (const scale of [0.2, 5]) {
      const set = normalSet({ n: 80, d: 7, targetClasses: 4, seed: 6, spread: 0.6, scale });
      const [a, b] = [await partsOf(dataOf(set)), await partsOf(dataOf(rotated(set)))];
      for (const name of names) near(b[name], a[name], 1e-5, `${name}, in float32`);
    }
  });

  it('is collapse where classes are far apart: certain, and one direction a class', async () => {
    const set = normalSet({ n: 120, d: 7, targetClasses: 4, seed: 6, spread: 60 });
    const { ncc, vc } = await partsOf(dataOf(set));
    near(ncc, 1, 1e-12, 'ncc');
    // Each class: 30 equal one-hot rows, whose norm is √30.
    near(vc, Math.log(4 * Math.sqrt(30)), 1e-9, 'vc');
  });

  it('without a group is exact where all components are kept', async () => {
    for (const scale of [0.3, 5]) {
      const set = normalSet({ n: 90, d: 9, targetClasses: 4, seed: 7, offset: 3, scale });
      const groups = groupsOf(90, 6);
      const { without } = await ncti.parts(dataOf(set, { groups }));
      for (const g of [0, 4]) {
        const rest = await partsOf(dataOf(partOf(set, i => groups[i] !== g)));
        const left = await without?.(g);
        // Shrinkage looks at the first 32 components: here all of them, so that their directions do not count.
        for (const name of names) near(left?.[name] ?? Number.NaN, rest[name], 1e-8, name);
      }
    }
  });

  it('without a group is near a fit on the rest where components are cut', async () => {
    const set = normalSet({ n: 400, d: 90, targetClasses: 4, seed: 7, spread: 0.3, scale: 0.3 });
    const groups = groupsOf(400, 20);
    const { parts, without } = await ncti.parts(dataOf(set, { groups }));
    for (const g of [0, 4]) {
      const rest = await partsOf(dataOf(partOf(set, i => groups[i] !== g)));
      const left = await without?.(g);
      for (const name of names) {
        near(left?.[name] ?? Number.NaN, rest[name], 0.02, name);
        assert.notEqual(left?.[name], parts[name]);
      }
    }
  });

  it('loses a class with its last sample', async () => {
    const set = normalSet({ n: 60, d: 3, targetClasses: 3, seed: 9 });
    const { without } = await ncti.parts(dataOf(set, { groups: set.labels }));
    const two = await partsOf(dataOf(partOf(set, i => set.labels[i] !== 1)));
    const left = await without?.(1);
    for (const name of names) near(left?.[name] ?? Number.NaN, two[name], 1e-8, name);
  });

  it('mixes the parts over the pool, without the models that lack one', () => {
    const scores = ncti.combine([
      { seli: 2, ncc: 0.5, vc: 3 },
      { seli: 4, ncc: 0.6, vc: 1 },
      { seli: Number.NaN, ncc: 0.9, vc: 9 },
      { seli: 3, ncc: 0.9, vc: 2 },
    ]);
    [-1, 1.25, Number.NaN, 1].forEach((expected, k) => {
      if (Number.isNaN(expected)) assert.ok(Number.isNaN(scores[k]));
      else near(scores[k], expected, 1e-12, `model ${k}`);
    });
    assert.ok(ncti.combine([{ seli: 2, ncc: 0.5, vc: 3 }]).every(Number.isNaN), 'a pool of one');
  });

  it('says where there are too few samples', () => {
    const regime = { n: 74, targetClasses: 10, dimension: 512 } as Regime;
    assert.equal(ncti.invalid?.(regime)?.code, 'measure.separable');
    assert.equal(ncti.invalid?.({ ...regime, n: 75 }), null);
    assert.equal(ncti.invalid?.({ ...regime, dimension: 63 }), null);
  });

  for (const [name, set, targetClasses] of awkwardSets())
    it(`does not throw: ${name}`, async () => {
      const parts = await partsOf(dataOf(set, { targetClasses }));
      const classes = new Set(set.labels).size;
      const fewer = Math.min(set.d, set.labels.length - 1);
      const none =
        classes < 2 || set.labels.length - classes <= fewer || name === 'only constant features';
      for (const part of names) assert.equal(Number.isFinite(parts[part]), !none, part);
    });
});
