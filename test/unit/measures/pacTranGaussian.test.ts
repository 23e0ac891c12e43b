import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pacTranGaussian } from '../../../src/measures/pacTranGaussian.js';
import type { FeatureData } from '../../../src/measures/passes/featureData.js';
import { near } from '../../support/near.js';
import { root } from '../../support/referenceData.js';
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

const expected = JSON.parse(
  readFileSync(join(root, 'test', 'golden', 'measures', 'pactran.json'), 'utf8'),
);
const scoreOf = async (data: FeatureData) => (await pacTranGaussian.fit(data)).value;

describe('PACTran with a Gaussian prior', () => {
  for (const set of referenceCases())
    it(`equals the reference values: ${set.name}`, async () => {
      const { value, loss, trace } = expected[set.name].pacTranGaussian;
      // How rows come is the same to all sets, and a fit takes its time.
      const others = set.name === 'usual' ? [dataOf(set, { blockRows: 1 }), hidden(set)] : [];
      for (const data of [dataOf(set), ...others]) {
        const found = await pacTranGaussian.fit(data);
        near(found.value, value, 1e-6, 'value');
        near(found.details?.loss ?? 0, loss, 1e-8, 'loss');
        near(found.details?.trace ?? 0, trace, 1e-4, 'trace');
      }
    });

  it('does not change when features are rotated, moved or scaled, all alike', async () => {
    const set = normalSet({ n: 60, d: 8, targetClasses: 4, seed: 6 });
    const value = await scoreOf(dataOf(set));
    near(await scoreOf(dataOf(rotated(set))), value, 1e-5, 'rotated');
    const moved = mapped(set, x => x.map(v => 3 - 20 * v));
    near(await scoreOf(dataOf(moved)), value, 1e-5, 'moved and scaled');
  });

  it('charges a head for what does not help it', async () => {
    const set = normalSet({ n: 80, d: 6, targetClasses: 3, seed: 7 });
    const noise = normalSet({ n: 80, d: 6, targetClasses: 1, seed: 8 });
    const value = await scoreOf(dataOf(set));
    assert.ok(value > (await scoreOf(dataOf({ ...noise, labels: set.labels }))));
    assert.ok(value < 0);
  });

  it('without a group is what a fit on the rest gives, also without a class', async () => {
    const set = normalSet({ n: 62, d: 6, targetClasses: 3, seed: 9, spread: 0.5 });
    set.labels[10] = 3;
    const groups = groupsOf(62, 6);
    const { without } = await pacTranGaussian.fit(dataOf(set, { groups }));
    for (let g = 0; g < 6; g++) {
      const anew = await scoreOf(dataOf(partOf(set, i => groups[i] !== g)));
      near((await without?.(g)) ?? Number.NaN, anew, 1e-5, `group ${g}`);
    }
  });

  it('has no interval where that would take too long', async () => {
    const set = normalSet({ n: 600, d: 24, targetClasses: 300, seed: 4 });
    const groups = Int32Array.from(set.labels, (_, i) => i);
    const { value, without } = await pacTranGaussian.fit(dataOf(set, { groups }));
    assert.ok(value < 0 && without === undefined);
  }).timeout(60_000);

  for (const [name, set, targetClasses] of awkwardSets())
    it(`is finite or says why: ${name}`, async () => {
      const groups = groupsOf(set.labels.length, 2);
      const { value, doubt, without } = await pacTranGaussian.fit(
        dataOf(set, { targetClasses, groups }),
      );
      if (doubt) return assert.ok(Number.isNaN(value));
      assert.ok(Number.isFinite(value) && value < 0, `${value}`);
      // Without one of two samples there is nothing to tell apart.
      const left = (await without?.(0)) ?? Number.NaN;
      assert.ok(Number.isFinite(left) || name === 'two samples', name);
    });

  it('says why of one class and of constant features', async () => {
    const doubts = await Promise.all(
      awkwardSets()
        .filter(([name]) => name === 'one class' || name === 'only constant features')
        .map(async ([, set]) => (await pacTranGaussian.fit(dataOf(set))).doubt?.code),
    );
    assert.deepEqual(doubts.sort(), ['measure.constantFeatures', 'measure.oneClass']);
  });
});
