import assert from 'node:assert/strict';
import { mahalanobisHead } from '../../../src/measures/mahalanobisHead.js';
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

describe('Mahalanobis head', () => {
  comparesWithGolden(mahalanobisHead, 'logLikelihood', ['accuracy', 'shrinkage']);
  survives(mahalanobisHead, (name, { value }) => {
    if (/^(one class|only constant|all features zero)/.test(name))
      assert.ok(Number.isNaN(value), 'without spread there is no score');
    if (name === 'far from zero') assert.ok(value > -0.7);
  });

  it('leaves groups out as it is computed on the rest (1e-9)', async () => {
    const gaussian = gaussians(60, 8, 6, { spread: 0.8 });
    const unequal = { ...gaussian, labels: gaussian.labels.map(y => (y > 3 ? 0 : y)) };
    const alone = unequal.features.map((v, at) =>
      at % 8 === 7 && Math.floor(at / 8) % 20 !== 3 ? 0 : v,
    );
    for (const samples of [
      // Groups and classes larger than d, smaller, and classes on both sides of it with small groups.
      gaussians(60, 5, 3, { spread: 0.8, groups: 7 }),
      gaussians(16, 20, 3, { spread: 0.8, groups: 5 }),
      { ...unequal, groups: unequal.labels.map((_, i) => i % 20) },
      // A direction that only one group's samples have.
      { ...unequal, features: alone, groups: unequal.labels.map((_, i) => i % 20) },
    ])
      await leavesGroupsOut(
        mahalanobisHead,
        samples,
        async (_, left) => (await mahalanobisHead.fit(featureData(left))).value,
        1e-9,
      );
  });

  it('is invariant under permutations of samples and classes, rotations and one scale', async () => {
    const samples = goldenCase('imbalanced');
    const d = samples.dimension;
    const { value } = await mahalanobisHead.fit(featureData(samples));
    const rows = [...samples.labels.keys()].sort((a, b) => ((a * 73) % 200) - ((b * 73) % 200));
    const mixed = pick(samples, rows);
    // A reflection that float32 holds exactly enough: columns change places and signs.
    const features = mixed.features.map((_, at) => {
      const j = at % d;
      return (j % 2 ? -8 : 8) * mixed.features[at - j + ((7 * j + 3) % d)];
    });
    const changed = { ...mixed, features, labels: mixed.labels.map(y => 4 - y) };
    near((await mahalanobisHead.fit(featureData(changed))).value, value, 1e-8, 'changed');
  });
});
