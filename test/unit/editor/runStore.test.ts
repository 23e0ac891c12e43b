import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newRunId, RunStore, type StoredRun } from '../../../src/editor/runStore.js';
import { noOptions } from '../../../src/protocol/datasetOptions.js';
import type { RunResult } from '../../../src/protocol/worker.js';

import { scratch } from '../../support/scratch.js';

const run = (id: string): StoredRun => ({
  schema: 1,
  id,
  started: 1,
  status: 'done',
  problem: null,
  job: {
    models: ['/models/a.onnx'],
    dataset: '/data',
    options: noOptions,
    measures: [],
    intent: 'fineTune',
    split: 'auto',
    maxSamples: 'auto',
    seed: 0,
    threads: 0,
    cache: null,
    cacheLimit: 1,
  },
});

const result: RunResult = {
  report: {
    schema: 1,
    dataset: {
      path: '/data',
      name: 'data',
      layout: 'imageFolder',
      classes: ['<script>', '😀'],
      size: 2,
      scored: 2,
      split: 'all',
    },
    models: [],
    ranking: {
      by: 'leepLoo',
      order: [],
      winner: null,
      ties: [],
      probabilityBest: {},
      unranked: [],
    },
    warnings: [],
    provenance: { version: '0', runtimes: {}, seed: 0, dropped: 0, date: '2026-01-01T00:00:00Z' },
  },
  joints: [
    {
      model: '../../etc',
      targetClasses: ['<script>', '😀'],
      sourceClasses: ['x', 'y', 'z'],
      soft: new Float32Array([0.5, 1, 1.5, 2, 2.5, 3]),
      hard: new Uint32Array([1, 2, 3, 4, 5, 4294967295]),
    },
  ],
};

describe('stored runs', () => {
  let folder: string;
  beforeEach(() => {
    folder = scratch('runs');
  });

  it('come back as they were kept, matrices included', async () => {
    const store = new RunStore(join(folder, 'not', 'yet'), 5);
    const id = newRunId();
    await store.save(run(id), result);
    assert.deepEqual(await store.load(id), { run: run(id), report: result.report });
    assert.deepEqual(await store.joint(id, '../../etc'), result.joints[0]);
    assert.equal(await store.joint(id, 'another'), null);
  });

  it('without a report are kept too', async () => {
    const store = new RunStore(folder, 5);
    const id = newRunId();
    const failed: StoredRun = {
      ...run(id),
      status: 'failed',
      problem: { code: 'dataset.notFound', params: { file: '/data' }, message: '/data: gone' },
    };
    await store.save(failed, null);
    assert.deepEqual(await store.load(id), { run: failed, report: null });
  });

  it('are listed newest first, and the oldest go', async () => {
    const store = new RunStore(folder, 2);
    const ids = [1, 2, 3].map(day => newRunId(new Date(Date.UTC(2026, 0, day))));
    for (const id of ids) await store.save(run(id), null);
    assert.deepEqual(await store.list(), [ids[2], ids[1]]);
    assert.deepEqual((await readdir(folder)).sort(), [ids[1], ids[2]]);
  });

  it('that are damaged, or named by a path, count as absent', async () => {
    const store = new RunStore(folder, 5);
    const id = newRunId();
    await store.save(run(id), result);
    await writeFile(join(folder, id, '0.soft'), 'short');
    assert.equal(await store.joint(id, '../../etc'), null);
    await writeFile(join(folder, id, 'run.json'), '{"schema":1');
    assert.equal(await store.load(id), null);
    assert.equal(await store.load('../secret'), null);
    assert.equal(await store.joint(`../${id}`, '../../etc'), null);
  });

  it('that were never written give an empty list', async () => {
    assert.deepEqual(await new RunStore(join(folder, 'none'), 5).list(), []);
  });
});
