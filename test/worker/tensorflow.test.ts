import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Coordinator, jobOf, startCoordinator } from '../support/coordinator.js';
import { referenceData, root } from '../support/referenceData.js';
import { scratch } from '../support/scratch.js';

interface Golden {
  target: string;
  source: string;
  scores_all: { leep: number; nce: number; hscore: number; logme: number };
}

const measures = ['leep', 'nce', 'hScore', 'logMe'];
const mnist: [number, number] = [0, 1000];

/** The graph model has the weights of the ONNX model `lenet-mnist`, so its scores too. */
const cases = [
  { model: 'doodlenet-tfjs', target: 'fashion900', dataset: 'fashion900' },
  { model: 'lenet-mnist-tfjs-graph', target: 'fashion900', dataset: 'fashion900' },
  { model: 'doodlenet-tfjs', target: 'mnist-idx-first1000', dataset: 'mnist-idx', rows: mnist },
  {
    ...{ model: 'lenet-mnist-tfjs-graph', target: 'mnist-idx-first1000' },
    ...{ dataset: 'mnist-idx', rows: mnist },
  },
  { model: 'cnn4-signdigits-tfjs-layers', target: 'signdigits32', dataset: 'signdigits32' },
];

describe('models of TensorFlow end to end, from images to scores', function () {
  this.timeout(300_000);
  let one: Coordinator;
  before(() => {
    one = startCoordinator();
  });
  after(() => one?.stop());

  for (const { model, target, dataset, rows } of cases)
    it(`${model} on ${target}: the golden scores (needs the reference data)`, async function () {
      const file = referenceData('workspace', 'models', model, 'model.json');
      const data = referenceData('workspace', 'datasets', dataset);
      const golden = referenceData('golden', 'scores.json');
      if (!file || !data || !golden) return this.skip();
      const all: Golden[] = JSON.parse(readFileSync(golden, 'utf8')).cases;
      const source = model.replace(/-tfjs-graph$/, '');
      const wanted = all.find(c => c.target === target && c.source === source)?.scores_all;
      assert.ok(wanted);
      const job = jobOf([file], data, scratch('tensorflow'), {
        ...{ split: 'all', maxSamples: 'all', measures, rows },
      });
      const report = await one.api.score(job);
      const [{ scores, reason }] = report.models;
      assert.equal(reason, undefined);
      const { leep, nce, hscore, logme } = wanted;
      for (const [id, expected] of Object.entries({ leep, nce, hScore: hscore, logMe: logme }))
        assert.ok(
          Math.abs((scores[id].value ?? Number.NaN) - expected) < 1e-5,
          `${id}: ${scores[id].value}, not ${expected}`,
        );
    });

  it('a SavedModel is scored from a folder of images', async () => {
    const fixtures = join(root, 'test', 'fixtures');
    const path = join(fixtures, 'models', 'savedModel', 'convolutional', 'saved_model.pb');
    const data = join(root, 'samples', 'datasets', 'optdigits');
    const report = await one.api.score(
      jobOf([path], data, scratch('savedModel'), {
        ...{ split: 'all', maxSamples: 'all', measures },
      }),
    );
    const [{ status, reason, sourceClasses, featureDimension }] = report.models;
    assert.deepEqual([status, reason], ['scored', undefined]);
    assert.deepEqual([sourceClasses, featureDimension], [5, 8]);
  });
});
