import assert from 'node:assert/strict';
import type { Fits } from '../../../src/protocol/fits.js';
import { savedFits } from '../../../src/report/savedFits.js';
import { reportOf, scoredModel } from '../../support/reports.js';

describe('what a saved page holds of why models score as they do', () => {
  const report = reportOf(['a', 'b', 'c', 'd'].map((name, k) => scoredModel(name, -0.4 - k / 10)));
  const fits = (model: string, samples: number): Fits => ({
    model,
    classes: [{ name: 'cat', count: 9, share: -0.2, mean: -0.4, source: 'tabby', other: null }],
    samples: Array.from({ length: samples + 5 }, (_, i) => ({
      ...{ name: `${i}.png`, label: 'cat', logLikelihood: -1 },
      place: { kind: 'file', file: `/home/ada/${i}.png` },
      ...{ likeliest: 'dog', probability: 0.6, suspect: false, image: 'data:image/png;base64,AA' },
    })),
  });

  it('is of the first three models, twelve samples each, and names no file of this machine', async () => {
    const saved = await savedFits(report, async (model, samples) => fits(model, samples));
    assert.deepEqual(
      saved.map(({ model, samples }) => [model, samples.length]),
      report.ranking.order.slice(0, 3).map(id => [id, 12]),
    );
    assert.doesNotMatch(JSON.stringify(saved), /home/);
    assert.equal(saved[0].samples[0].image, 'data:image/png;base64,AA');
  });

  it('leaves out models that have none', async () => {
    const [first, second, third] = report.ranking.order;
    const saved = await savedFits(report, async (model, samples) => {
      if (model === first) throw new Error('no class outputs');
      return model === second ? null : fits(model, samples);
    });
    assert.deepEqual(
      saved.map(({ model }) => model),
      [third],
    );
  });
});
