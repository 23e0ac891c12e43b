import assert from 'node:assert/strict';
import { lda } from '../../../src/measures/lda.js';
import { near } from '../../support/near.js';
import {
  comparesWithGolden,
  featureData,
  gaussians,
  goldenCase,
  leavesGroupsOut,
  pick,
  survives,
} from './probeCases.js';

describe('linear discriminant analysis', () => {
  comparesWithGolden(lda, 'logLikelihood', ['accuracy', 'shrinkage']);
  survives(lda, (name, { value }) => {
    if (/^(one sample a class|one class|only constant|all features zero)/.test(name))
      assert.ok(Number.isNaN(value), 'without spread there is no score');
    if (name === 'far from zero') assert.ok(value > -0.5);
  });

  it('leaves groups out as it is computed on the rest (1e-9)', async () => {
    for (const samples of [
      gaussians(60, 5, 3, { spread: 0.8, groups: 7 }),
      gaussians(16, 20, 3, { spread: 0.8, groups: 5 }),
      // A class that is in one group only.
      {
        ...gaussians(30, 4, 3),
        groups: Int32Array.from({ length: 30 }, (_, i) => (i % 3 === 2 ? 2 : i % 2)),
      },
    ])
      await leavesGroupsOut(
        lda,
        samples,
        async (_, left) => (await lda.fit(featureData(left))).value,
        1e-9,
      );
  });

  it('is invariant under permutations of samples and classes, shifts and one scale', async () => {
    const samples = goldenCase('imbalanced');
    const { value } = await lda.fit(featureData(samples));
    const rows = [...samples.labels.keys()].sort((a, b) => ((a * 73) % 200) - ((b * 73) % 200));
    const mixed = pick(samples, rows);
    const changed = {
      ...mixed,
      labels: mixed.labels.map(y => 4 - y),
      features: mixed.features.map(v => 8 * v),
    };
    near((await lda.fit(featureData(changed))).value, value, 1e-9, 'changed');
  });
});
