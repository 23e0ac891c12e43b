import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { etran } from '../../../src/measures/etran.js';
import type { Regime } from '../../../src/measures/measure.js';
import { regularisedFda } from '../../../src/measures/parts/regularisedFda.js';
import type { FeatureData } from '../../../src/measures/passes/featureData.js';
import { sfda } from '../../../src/measures/sfda.js';
import { near } from '../../support/near.js';
import { readNpz } from '../../support/npz.js';
import { referenceData } from '../../support/referenceData.js';
import {
  awkwardSets,
  dataOf,
  type FeatureSet,
  groupsOf,
  hidden,
  mapped,
  normalSet,
  partOf,
  referenceCases,
  rotated,
} from './featureSets.js';

const scoreOf = async (data: FeatureData) => (await sfda.fit(data)).value;

const withLogits = (set: FeatureSet, columns = 5): FeatureSet => ({
  ...set,
  logits: Float32Array.from(
    { length: set.labels.length * columns },
    (_, i) => 4 * Math.sin(i * i) + (i % columns),
  ),
});

describe('SFDA', () => {
  for (const set of referenceCases())
    it(`equals the reference value: ${set.name}`, async () => {
      const { value, saturated, shrinkage } = set.expected.sfda;
      for (const data of [dataOf(set), dataOf(set, { blockRows: 1 }), hidden(set)]) {
        const fitted = await sfda.fit(data);
        assert.equal(fitted.doubt?.code, saturated ? 'measure.separable' : undefined);
        assert.equal(fitted.without === undefined, saturated);
        if (saturated) continue;
        near(fitted.value, value, 1e-6, 'value');
        near(fitted.details?.shrinkage ?? 0, shrinkage, 1e-9, 'shrinkage');
      }
    });

  it('equals a public implementation but for its power iterations (needs the reference data)', async function () {
    const folder = referenceData('golden-peers');
    if (!folder) return this.skip();
    for (const file of readdirSync(folder).filter(name => name.endsWith('.npz'))) {
      const { scores } = JSON.parse(
        readFileSync(join(folder, file.replace('npz', 'json')), 'utf8'),
      );
      const { features, labels } = readNpz(join(folder, file));
      const data = dataOf({
        features: Float32Array.from(features.data),
        d: features.shape[1],
        labels: Int32Array.from(labels.data),
      });
      near(await scoreOf(data), scores.sfda.score, 1e-5, file);
    }
  });

  it('does not change when features are rotated or moved', async () => {
    const set = normalSet({ n: 80, d: 6, targetClasses: 4, seed: 6, spread: 0.5, scale: 0.3 });
    const value = await scoreOf(dataOf(set));
    near(await scoreOf(dataOf(rotated(set))), value, 1e-5, 'rotated, in float32');
    near(await scoreOf(dataOf(mapped(set, x => x.map(v => v + 8)))), value, 1e-5, 'moved');
  });

  it('does not change under invertible maps where nothing is shrunk', async () => {
    // λ_max is far above 5: a is 1e-10.
    const set = normalSet({ n: 80, d: 6, targetClasses: 4, seed: 6, scale: 16, spread: 0.5 });
    const sheared = mapped(set, x => x.map((v, j) => (j === 0 ? 4 * v : v + 0.5 * x[j - 1])));
    near(await scoreOf(dataOf(sheared)), await scoreOf(dataOf(set)), 1e-5, 'sheared');
  });

  it('is hard to tell from chance where labels say nothing', async () => {
    const set = normalSet({ n: 2000, d: 5, targetClasses: 4, seed: 8, spread: 0 });
    const { said } = await regularisedFda(dataOf(set));
    const mean = (said?.own.reduce((a, b) => a + b, 0) ?? 0) / 2000;
    assert.ok(mean > 0.25 && mean < 0.26, `${mean}`);
  });

  it('without a group is what a fit on the rest gives', async () => {
    for (const scale of [0.2, 1, 20]) {
      const set = normalSet({ n: 90, d: 9, targetClasses: 4, seed: 7, offset: 3, scale });
      const groups = groupsOf(90, 6);
      const { without } = await sfda.fit(dataOf(set, { groups }));
      for (const g of [0, 4]) {
        const rest = dataOf(partOf(set, i => groups[i] !== g));
        near((await without?.(g)) ?? Number.NaN, await scoreOf(rest), 1e-8, `group ${g}`);
      }
    }
  });

  for (const [name, set, targetClasses] of awkwardSets())
    it(`is finite or says why: ${name}`, async () => {
      const classes = new Set(set.labels).size;
      const { value, doubt } = await sfda.fit(dataOf(set, { targetClasses }));
      if (classes < 2) return assert.ok(Number.isNaN(value));
      if (!doubt) assert.ok(value > 0 && value <= 1, `${value}`);
      const few = set.labels.length - classes <= set.d;
      if (name === 'only constant features') assert.equal(doubt?.code, 'measure.constantFeatures');
      else if (few) assert.equal(doubt?.code, 'measure.separable');
      else assert.equal(doubt, undefined);
      if (doubt && Number.isFinite(value)) assert.ok(value > 0.9 && value <= 1, `${value}`);
    });
});

describe('ETran', () => {
  for (const set of referenceCases())
    it(`has parts that equal the reference values: ${set.name}`, async () => {
      const { energy, lda } = set.expected.etran;
      for (const data of [dataOf(set), dataOf(set, { blockRows: 1 })]) {
        const { parts } = await etran.parts(data);
        near(parts.energy, energy, 1e-6, 'energy');
        if (lda === null) assert.ok(Number.isNaN(parts.lda));
        else near(parts.lda, lda, 1e-6, 'lda');
      }
      const { parts } = await etran.parts(hidden(set));
      near(parts.energy, energy, 1e-6, 'energy of a part');
    });

  it('knows the energy of equal logits: their value and ln Cs', async () => {
    const set = normalSet({ n: 30, d: 3, targetClasses: 2, seed: 1 });
    const data = dataOf({ ...set, logits: new Float32Array(30 * 8).fill(700) });
    near((await etran.parts(data)).parts.energy, 700 + Math.log(8), 1e-12, 'energy');
  });

  it('without a group has the parts of the rest', async () => {
    const set = withLogits(normalSet({ n: 90, d: 9, targetClasses: 4, seed: 7, offset: 3 }));
    const groups = groupsOf(90, 6);
    const { without } = await etran.parts(dataOf(set, { groups }));
    for (const g of [0, 4]) {
      const rest = await etran.parts(dataOf(partOf(set, i => groups[i] !== g)));
      const left = await without?.(g);
      near(left?.energy ?? Number.NaN, rest.parts.energy, 1e-12, 'energy');
      near(left?.lda ?? Number.NaN, rest.parts.lda, 1e-9, 'lda');
    }
  });

  it('mixes the parts over the pool, without the models that lack one', () => {
    const scores = etran.combine([
      { energy: 2, lda: 0.5 },
      { energy: 4, lda: 0.6 },
      { energy: Number.NaN, lda: 0.9 },
      { energy: 3, lda: 0.9 },
      { energy: 9, lda: Number.NaN },
      {},
    ]);
    const expected = [0, 0.15 + 0.85 / 4, Number.NaN, 0.075 + 0.85, Number.NaN, Number.NaN];
    scores.forEach((s, k) => {
      if (Number.isNaN(expected[k])) assert.ok(Number.isNaN(s));
      else near(s, expected[k], 1e-12, `model ${k}`);
    });
    assert.ok(etran.combine([{ energy: 1, lda: 1 }]).every(Number.isNaN), 'a pool of one');
    assert.ok(etran.combine([{ energy: 1, lda: 1 }, {}]).every(Number.isNaN), 'one with parts');
    assert.deepEqual(etran.combine([]), []);
    assert.deepEqual(
      etran.combine([
        { energy: 1, lda: 1 },
        { energy: 1, lda: 1 },
      ]),
      [0, 0],
    );
  });

  it('has no energy where there are no logits, and no lda where all labels are fitted', async () => {
    const set = normalSet({ n: 30, d: 3, targetClasses: 2, seed: 1 });
    assert.ok(Number.isNaN((await etran.parts(dataOf(set))).parts.energy));
    const wide = normalSet({ n: 30, d: 28, targetClasses: 2, seed: 1 });
    assert.ok(Number.isNaN((await etran.parts(dataOf(wide))).parts.lda));
    const regime = { n: 30, targetClasses: 2, dimension: 28 } as Regime;
    assert.equal(etran.invalid?.(regime)?.code, 'measure.separable');
    assert.equal(etran.invalid?.({ ...regime, n: 31 }), null);
  });

  for (const [name, set, targetClasses] of awkwardSets())
    it(`does not throw: ${name}`, async () => {
      const { parts } = await etran.parts(dataOf(withLogits(set), { targetClasses }));
      assert.ok(Number.isFinite(parts.energy));
      assert.ok(Number.isNaN(parts.lda) || (parts.lda > 0 && parts.lda <= 1), `${parts.lda}`);
    });
});
