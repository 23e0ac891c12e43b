import assert from 'node:assert/strict';
import { join } from 'node:path';
import { copySamples } from '../../scripts/lib/samples.js';
import { type Coordinator, jobOf, startCoordinator } from '../support/coordinator.js';
import { scratch } from '../support/scratch.js';

describe('why a model scores as it does, from what is in the store', () => {
  let one: Coordinator;
  before(() => {
    one = startCoordinator();
  });
  after(() => one?.stop());

  it('tells shares that add up to the score, and the images that fit worst with thumbnails', async () => {
    const samples = await copySamples('worker/fits', true);
    const model = join(samples, 'models', 'lenet-mnist', 'model.onnx');
    const job = jobOf([model], join(samples, 'datasets', 'optdigits'), scratch('fits'), {
      measures: ['leepLoo'],
    });
    const report = await one.api.score(job);
    const [scored] = report.models;
    const { classes, samples: worst } = await one.api.fits({ job, model: scored.id, count: 12 });
    assert.deepEqual(
      classes.map(c => c.name),
      report.dataset.classes,
    );
    const total = classes.reduce((sum, c) => sum + c.share, 0);
    assert.ok(Math.abs(total - (scored.scores.leepLoo.value ?? 0)) < 1e-12);
    assert.equal(worst.length, 12);
    for (const sample of worst) {
      assert.match(sample.image ?? '', /^data:image\/png;base64,/);
      assert.equal(sample.place?.kind, 'file');
      assert.ok(sample.place.file.endsWith(sample.name));
      assert.ok(sample.name.startsWith(sample.label));
      assert.ok(sample.logLikelihood <= 0);
    }
  });

  it('leaves out samples whose own label is likelier than all others together', async () => {
    const samples = await copySamples('worker/fits', true);
    const model = join(samples, 'models', 'lenet-mnist', 'model.onnx');
    const job = jobOf([model], join(samples, 'datasets', 'optdigits'), scratch('fits-well'), {
      measures: ['leepLoo'],
    });
    const report = await one.api.score(job);
    const { scored } = report.dataset;
    const all = await one.api.fits({ job, model: report.models[0].id, count: scored });
    assert.ok(all.samples.length > 0 && all.samples.length < scored, `${all.samples.length}`);
    for (const { logLikelihood } of all.samples) assert.ok(logLikelihood < Math.log(0.5));
  });

  it('says that predictions are gone where the cache was cleared', async () => {
    const samples = await copySamples('worker/fits', true);
    const model = join(samples, 'models', 'lenet-mnist', 'model.onnx');
    const job = jobOf([model], join(samples, 'datasets', 'optdigits'), scratch('fits-gone'));
    await assert.rejects(
      one.api.fits({ job, model: 'lenet-mnist', count: 3 }),
      /no longer in the cache/,
    );
  });
});
