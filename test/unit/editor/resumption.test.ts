import assert from 'node:assert/strict';
import { goesOn, holdsMore } from '../../../src/editor/resumption.js';
import { type ScoreJob, scoreJobSchema } from '../../../src/protocol/job.js';
import { failedModel, reportOf, scoredModel } from '../../support/reports.js';

const job: ScoreJob = {
  cacheLimit: 1,
  cache: null,
  models: ['/models/a.onnx', '/models/b.onnx'],
  found: undefined,
  dataset: '/data',
  options: { columns: {}, targets: [], classes: false },
  measures: [],
  intent: 'fineTune',
  split: 'auto',
  maxSamples: 'auto',
  seed: 0,
  threads: 0,
};
const cancelled = { status: 'cancelled' as const, job, stale: [] };

describe('a run that goes on with another', () => {
  it('is the same job after it was cancelled or failed, also when read from its file', () => {
    const read = scoreJobSchema.parse(JSON.parse(JSON.stringify(job)));
    assert.equal(goesOn(cancelled, job), true);
    assert.equal(goesOn(cancelled, read), true);
    assert.equal(goesOn({ ...cancelled, status: 'failed', job: read }, job), true);
  });

  it('is no job that came to its end, or is still in flight', () => {
    assert.equal(goesOn({ ...cancelled, status: 'done' }, job), false);
    assert.equal(goesOn({ ...cancelled, status: 'running' }, job), false);
  });

  it('is no other job, and none on files that have changed', () => {
    assert.equal(goesOn(cancelled, { ...job, maxSamples: 'all' }), false);
    assert.equal(goesOn(cancelled, { ...job, models: job.models.slice(1) }), false);
    assert.equal(goesOn({ ...cancelled, stale: ['/models/a.onnx'] }, job), false);
  });

  it('takes its place unless that one has scored more models', () => {
    const one = reportOf([scoredModel('a', -1), failedModel('b')]);
    const two = reportOf([scoredModel('a', -1), scoredModel('b', -2)]);
    assert.equal(holdsMore(two, one), true);
    assert.equal(holdsMore(one, null), true);
    assert.equal(holdsMore(one, two), false);
    assert.equal(holdsMore(two, two), false);
    assert.equal(holdsMore(null, null), false);
  });
});
