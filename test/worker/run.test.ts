import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Cancelled } from '../../src/protocol/notice.js';
import type { Report } from '../../src/report/schema.js';
import {
  type Coordinator,
  inferenceProcesses,
  jobOf,
  startCoordinator,
} from '../support/coordinator.js';
import { onnxModel, slowClassifier, smallClassifier } from '../support/onnxWriter.js';
import { root } from '../support/referenceData.js';
import { imageFolder, put, scratch } from '../support/scratch.js';

const samples = (...parts: string[]) => join(root, 'samples', ...parts);
const sampleModels = ['cnn-random', 'cnn-vehicles', 'lenet-mnist', 'lenet-mnist-undertrained'].map(
  name => samples('models', name, 'model.onnx'),
);

const byId = (report: Report, id: string) => {
  const found = report.models.find(model => model.id === id);
  assert.ok(found, `${id} among ${report.models.map(m => m.id)}`);
  return found;
};

/** How many inference processes a coordinator has started so far. */
const started = (one: Coordinator) => one.log.filter(l => l.includes('inference process')).length;

describe('a run in the background process', function () {
  this.timeout(120_000);
  let one: Coordinator;
  beforeEach(() => {
    one = startCoordinator();
  });
  afterEach(() => one.stop());

  it('ranks the sample models as their training says', async () => {
    const report = await one.api.score(
      jobOf(sampleModels, samples('datasets', 'optdigits'), scratch('cache')),
    );
    assert.equal(report.ranking.order[0], 'lenet-mnist');
    assert.equal(report.ranking.winner, 'lenet-mnist');
    assert.equal(report.verdict?.[0].code, 'verdict.leads');
    assert.equal(report.dataset.scored, 1797);
    assert.ok(report.models.every(model => model.status === 'scored'));
    const loo = byId(report, 'lenet-mnist').scores.leepLoo;
    assert.ok(loo.value !== null && loo.low !== null && loo.high !== null);
    assert.ok(loo.low < loo.value && loo.value < loo.high);
    const joint = one.joints.find(j => j.model === 'cnn-vehicles');
    assert.deepEqual(joint?.sourceClasses, ['airplane', 'automobile', 'ship', 'truck']);
    const total = joint?.soft.reduce((a, b) => a + b, 0) ?? 0;
    assert.ok(Math.abs(total - 1797) < 0.1, `${total}`);
    assert.equal(
      joint?.hard.reduce((a, b) => a + b, 0),
      1797,
    );
    assert.ok(one.partials.length >= 2, `${one.partials.length} partial reports`);
    assert.equal(one.progress.at(-1)?.phase, 'done');
  });

  it('starts no process when the store has everything', async () => {
    const job = jobOf(sampleModels, samples('datasets', 'optdigits'), scratch('cache'));
    const cold = await one.api.score(job);
    assert.equal(started(one), 4);
    const warm = await one.api.score(job);
    assert.equal(started(one), 4);
    for (const model of cold.models) assert.deepEqual(byId(warm, model.id).scores, model.scores);
  });

  it('computes only what a larger sample adds', async () => {
    const cache = scratch('cache');
    const first = jobOf([sampleModels[2]], samples('datasets', 'optdigits'), cache, {
      maxSamples: 500,
    });
    assert.equal((await one.api.score(first)).dataset.scored, 500);
    const larger = await one.api.score({ ...first, maxSamples: 'all' });
    assert.equal(larger.dataset.scored, 1797);
    const dones = one.progress.map(p => p.models[0].done);
    assert.ok(dones.includes(500), 'the second run begins with the 500 of the first');
  });

  it('stops when cancelled, keeps what was computed, and leaves no process', async () => {
    const folder = scratch('cancel');
    const model = put(
      join(folder, 'slow.onnx'),
      onnxModel(slowClassifier({ size: 64, repeat: 8 })),
    );
    const data = await imageFolder(join(folder, 'data'), { a: 60, b: 60 });
    const job = jobOf([model], data, join(folder, 'cache'));
    const abort = new AbortController();
    one.onProgress = p => {
      if (p.models[0].done >= 16) abort.abort();
    };
    await assert.rejects(one.api.score(job, abort.signal), Cancelled);
    for (let i = 0; i < 50 && inferenceProcesses(one).length > 0; i++)
      await new Promise(r => setTimeout(r, 20));
    assert.deepEqual(inferenceProcesses(one), []);
    one.progress.length = 0;
    one.onProgress = () => undefined;
    const report = await one.api.score(job);
    assert.equal(report.dataset.scored, 120);
    const resumedAt = one.progress.find(p => p.models[0].state === 'running')?.models[0].done ?? 0;
    assert.ok(resumedAt > 16, `went on at ${resumedAt}`);
  });

  it('loses only the row of an inference process that is killed, and retry goes on where it was', async () => {
    const folder = scratch('kill');
    const data = await imageFolder(join(folder, 'data'), { a: 50, b: 50 });
    const models = [1, 2, 3, 4].map(seed =>
      put(
        join(folder, 'models', `m${seed}.onnx`),
        onnxModel(seed === 2 ? slowClassifier({ size: 64, repeat: 8 }) : smallClassifier({ seed })),
      ),
    );
    const job = jobOf(models, data, join(folder, 'cache'));
    let killed = 0;
    one.onProgress = p => {
      if (killed || p.models[1].done < 20) return;
      [killed] = inferenceProcesses(one);
      process.kill(killed, 'SIGKILL');
    };
    const report = await one.api.score(job);
    assert.ok(killed > 0);
    assert.deepEqual(
      report.models
        .filter(m => m.status === 'scored')
        .map(m => m.id)
        .sort(),
      ['m1', 'm3', 'm4'],
    );
    const dead = byId(report, 'm2');
    assert.equal(dead.reason?.code, 'process.died');
    assert.match(dead.reason?.message ?? '', /m2\.onnx: .*killed.*Retry/);
    assert.equal(report.models.at(-1)?.id, 'm2');

    const before = started(one);
    one.progress.length = 0;
    one.onProgress = () => undefined;
    const retried = await one.api.score(job);
    assert.ok(retried.models.every(m => m.status === 'scored'));
    assert.equal(started(one) - before, 1, 'only the killed model ran again');
    const resumedAt = Math.min(
      ...one.progress.filter(p => p.models[1].state === 'running').map(p => p.models[1].done),
    );
    assert.ok(resumedAt > 20, `went on at ${resumedAt}`);
  });

  it('goes on after the coordinator itself was killed', async () => {
    const folder = scratch('coordinator');
    const data = await imageFolder(join(folder, 'data'), { a: 50, b: 50 });
    const model = put(join(folder, 'm.onnx'), onnxModel(slowClassifier({ size: 64, repeat: 8 })));
    const job = jobOf([model], data, join(folder, 'cache'));
    const died = new Promise(resolve => one.child.once('exit', resolve));
    one.onProgress = p => {
      if (p.models[0].done >= 20) one.child.kill('SIGKILL');
    };
    const lost = one.api.score(job);
    lost.catch(() => undefined);
    await died;
    one = startCoordinator();
    const report = await one.api.score(job);
    assert.equal(report.models[0].status, 'scored');
    const resumedAt = Math.min(
      ...one.progress.filter(p => p.models[0].state === 'running').map(p => p.models[0].done),
    );
    assert.ok(resumedAt > 20, `went on at ${resumedAt}`);
  });

  it('lets two windows score the same models at once with one forward pass', async () => {
    const folder = scratch('two');
    const data = await imageFolder(join(folder, 'data'), { a: 50, b: 50 });
    const model = put(join(folder, 'm.onnx'), onnxModel(slowClassifier({ size: 64, repeat: 4 })));
    const job = jobOf([model], data, join(folder, 'cache'));
    const other = startCoordinator();
    try {
      const [a, b] = await Promise.all([one.api.score(job), other.api.score(job)]);
      assert.deepEqual(a.models[0].scores, b.models[0].scores);
      const speeds = [a, b].filter(r => r.models[0].imagesPerSecond !== null);
      assert.equal(speeds.length, 1, 'one of them ran the model, the other waited');
    } finally {
      other.stop();
    }
  });

  it('removes the temporary store of a run without a cache', async () => {
    const report = await one.api.score(
      jobOf([sampleModels[2]], samples('datasets', 'optdigits'), null, { maxSamples: 100 }),
    );
    assert.equal(report.dataset.scored, 100);
    const dir = one.log
      .find(l => l.includes('temporary'))
      ?.split(' ')
      .at(-1);
    assert.ok(dir === undefined || !existsSync(dir));
  });
});
