import assert from 'node:assert/strict';
import { ProgressTracker } from '../../../src/pipeline/progress.js';
import type { ModelProgress, RunProgress } from '../../../src/protocol/job.js';

describe('the progress of a run', () => {
  /** A tracker of some models, `lanes` at once, and what it told last. */
  function tracker(models: number, lanes: number, now?: () => number) {
    const told: RunProgress[] = [];
    const entries = Array.from({ length: models }, (_, k) => ({
      id: `m${k}`,
      name: `m${k}`,
      path: `/m${k}.onnx`,
      format: 'onnx',
      bytes: 1,
    }));
    const one = new ProgressTracker(entries, lanes, p => told.push(p), now);
    const last = () => told.at(-1) ?? assert.fail('nothing was told');
    return { one, told, last };
  }

  it('knows no time before the first speed', () => {
    const { one, last } = tracker(2, 1);
    one.begin('inference');
    one.sample('digits', 100, 1000);
    assert.deepEqual([last().secondsLeft, last().secondsForAll], [null, null]);
    assert.deepEqual([last().scored, last().available, last().models[0].total], [100, 1000, 100]);
    assert.equal(last().dataset, 'digits');
  });
  it('takes a model that has not run to be as fast as the others', () => {
    const { one, last } = tracker(3, 1);
    one.sample('digits', 100, 1000);
    one.update('m0', { state: 'running', done: 50, imagesPerSecond: 10 });
    assert.equal(last().secondsLeft, 5 + 10 + 10);
    assert.equal(last().secondsForAll, 300);
    one.update('m0', { state: 'scored', done: 100 });
    assert.equal(last().secondsLeft, 20);
  });
  it('shares the time among models in flight, but no model among two', () => {
    const { one, last } = tracker(4, 2);
    one.sample('digits', 100, 1000);
    one.update('m0', { state: 'running', imagesPerSecond: 10 });
    assert.equal(last().secondsLeft, 20);
    assert.equal(last().secondsForAll, 200);
    for (const id of ['m1', 'm2', 'm3']) one.update(id, { state: 'scored', done: 100 });
    assert.equal(last().secondsLeft, 10, 'the last one alone');
  });
  it('counts what loading and scoring take, as of the models that are through', () => {
    let time = 0;
    const { one, last } = tracker(3, 1, () => time);
    one.sample('digits', 100, 1000);
    const step = (at: number, state: ModelProgress['state'], speed: number | null = null) => {
      time = at;
      one.update('m0', { state, ...(speed === null ? {} : { imagesPerSecond: speed }) });
    };
    step(0, 'loading');
    step(2, 'running', 10);
    assert.equal(last().secondsLeft, 30, 'nothing is known of it yet');
    step(12, 'scoring');
    assert.equal(last().secondsLeft, 20);
    step(15, 'scored');
    assert.equal(last().secondsLeft, 2 * (2 + 3 + 10));
    assert.equal(last().secondsForAll, 3 * (2 + 3 + 100));
  });
  it('expects nothing more of a model that failed', () => {
    const { one, last } = tracker(2, 1);
    one.sample('digits', 100, 100);
    one.update('m0', { state: 'running', imagesPerSecond: 10 });
    one.update('m1', { state: 'failed' });
    assert.deepEqual([last().secondsLeft, last().secondsForAll], [10, 10]);
  });
  it('counts different images, for the same one twice is computed once', () => {
    const { one, last } = tracker(1, 1);
    one.sample('digits', 100, 100);
    one.toPredict(80);
    assert.deepEqual([last().scored, last().models[0].total], [100, 80]);
  });
  it('tells a new state at once and numbers soon, and nothing after it was stopped', async () => {
    const { one, told } = tracker(1, 1);
    one.update('m0', { state: 'running' });
    assert.equal(told.length, 1);
    one.update('m0', { done: 1 });
    one.update('m0', { done: 2 });
    assert.equal(told.length, 1);
    await new Promise(resolve => setTimeout(resolve, 300));
    assert.deepEqual(
      told.map(p => p.models[0].done),
      [0, 2],
    );
    one.update('m0', { done: 3 });
    one.stop();
    await new Promise(resolve => setTimeout(resolve, 300));
    assert.equal(told.length, 2);
  });
});
