import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { defaultMeasures, measureIds } from '../../src/measures/index.js';
import type { Report } from '../../src/report/schema.js';
import { type Coordinator, jobOf, startCoordinator } from '../support/coordinator.js';
import { root } from '../support/referenceData.js';
import { put, scratch } from '../support/scratch.js';

const models = ['lenet-mnist', 'lenet-mnist-undertrained', 'cnn-vehicles', 'cnn-random'];

describe('measures of every kind in the background process', function () {
  this.timeout(240_000);
  let one: Coordinator;
  let folder: string;
  let cache: string;
  const paths = () => models.map(name => join(folder, name, 'model.onnx'));
  const data = join(root, 'samples', 'datasets', 'optdigits');
  const scored = async (more: object): Promise<Report> =>
    one.api.score(jobOf(paths(), data, cache, more));

  before(() => {
    one = startCoordinator();
    folder = join(scratch('models'), 'models');
    cache = scratch('cache');
    cpSync(join(root, 'samples', 'models'), folder, { recursive: true });
    // This one's features are not to be had, and its accuracy on its own task is known.
    put(
      join(folder, 'cnn-random', 'model.transferlens.json'),
      JSON.stringify({ features: null, sourceAccuracy: 0.1 }),
    );
  });
  after(() => one.stop());

  it('scores all of them on a sample, and explains each in the report', async () => {
    const report = await scored({ measures: [...measureIds], maxSamples: 120 });
    assert.deepEqual(
      report.measures?.map(m => m.id),
      measureIds,
    );
    const [trained] = report.models;
    assert.equal(trained.name, 'lenet-mnist');
    for (const id of measureIds) {
      const score = trained.scores[id];
      // The sample models give probabilities, or do not tell.
      if (['etran', 'sourceAccuracy'].includes(id)) continue;
      assert.ok(score.value !== null, `${id}: ${score.note}`);
      const sampled = !['parameters', 'fileSize'].includes(id);
      // What is the best of a pool stays it without any of the groups.
      if (sampled && id !== 'ncti')
        assert.ok(score.low !== null && score.low < score.value, `${id} has an interval`);
    }
    const random = report.models.find(m => m.name === 'cnn-random');
    assert.equal(random?.scores.sourceAccuracy.value, 0.1);
    assert.match(random?.scores.logMe.note ?? '', /gives no features/);
    assert.equal(random?.scores.parameters.value, 63_626);
    assert.ok(report.ranking.agreement?.some(a => a.measures.join() === 'leepLoo,ridgeProbe'));
    assert.ok(report.warnings.some(w => w.code === 'run.pooled'));
  });

  it('ranks by the ridge probe where only the head is re-trained, and leaves out who has no features', async () => {
    const { ranking, models, measures } = await scored({ intent: 'retrainHead' });
    assert.equal(ranking.by, 'ridgeProbe');
    assert.deepEqual(
      measures?.map(m => m.id),
      defaultMeasures,
    );
    assert.equal(ranking.winner, 'lenet-mnist');
    assert.deepEqual(
      ranking.unranked.map(u => u.id),
      ['cnn-random'],
    );
    const { details } = models[0].scores.ridgeProbe;
    assert.ok((details?.accuracy ?? 0) > 0.9, JSON.stringify(details));
  });

  it('ranks by what has no interval without naming a winner', async () => {
    const { ranking, verdict } = await scored({ measures: ['parameters'] });
    assert.deepEqual(ranking.order.slice(0, 2), ['cnn-random', 'cnn-vehicles']);
    assert.equal(ranking.winner, null);
    assert.deepEqual(
      verdict?.map(v => v.code),
      ['verdict.noInterval'],
    );
  });

  it('refuses a measure that does not exist, before any work', async () => {
    await assert.rejects(scored({ measures: ['magic'] }), /magic: there is no such measure/);
  });
});
