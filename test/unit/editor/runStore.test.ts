import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newRunId, RunStore, type StoredRun } from '../../../src/editor/runStore.js';
import type { Joint } from '../../../src/protocol/worker.js';
import type { Report } from '../../../src/report/schema.js';
import { jobOf } from '../../support/coordinator.js';
import { scratch } from '../../support/scratch.js';

const run = (id: string): StoredRun => ({
  schema: 1,
  id,
  started: 1,
  status: 'done',
  problem: null,
  job: jobOf(['/models/a.onnx'], '/data', null),
});

const report: Report = {
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
};

const joint: Joint = {
  model: '../../etc',
  targetClasses: ['<script>', '😀'],
  sourceClasses: ['x', 'y', 'z'],
  soft: new Float32Array([0.5, 1, 1.5, 2, 2.5, 3]),
  hard: new Uint32Array([1, 2, 3, 4, 5, 4294967295]),
};

describe('stored runs', () => {
  let folder: string;
  beforeEach(() => {
    folder = scratch('runs');
  });

  it('come back as they were kept, matrices included', async () => {
    const store = new RunStore(join(folder, 'not', 'yet'), 5);
    const id = newRunId();
    await store.addJoint(id, joint);
    await store.save(run(id), report);
    assert.deepEqual(await store.load(id), { run: run(id), report });
    assert.deepEqual(await store.joint(id, '../../etc'), joint);
    assert.equal(await store.joint(id, 'another'), null);
  });

  it('have their matrices before they end, the last of each model', async () => {
    const store = new RunStore(folder, 5);
    const id = newRunId();
    const other = { ...joint, model: 'other', soft: joint.soft.map(n => 2 * n) };
    const later = { ...joint, soft: joint.soft.map(n => n / 2) };
    const written = [joint, other].map(one => store.addJoint(id, one));
    assert.deepEqual(await store.joint(id, joint.model), joint);
    await Promise.all([...written, store.addJoint(id, later)]);
    assert.deepEqual(await store.list(), []);
    assert.deepEqual(await store.joint(id, joint.model), later);
    await store.save(run(id), report);
    for (const one of [later, other]) {
      assert.deepEqual(await store.joint(id, one.model), one);
      assert.deepEqual(await new RunStore(folder, 5).joint(id, one.model), one);
    }
  });

  it('that are given up before they end leave nothing', async () => {
    const store = new RunStore(folder, 5);
    const [kept, given] = [newRunId(), newRunId()];
    for (const id of [kept, given]) await store.addJoint(id, joint);
    await store.save(run(kept), report);
    await store.discard(given);
    assert.deepEqual(await readdir(folder), [kept]);
    assert.equal(await store.joint(given, joint.model), null);
    assert.deepEqual(await store.joint(kept, joint.model), joint);
  });

  it('of windows that were closed leave no matrices behind, those of open ones stay', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const id = newRunId();
    const [left, own, open] = [gone, process.pid, process.ppid].map(pid => `.${pid}.${id}.part`);
    for (const name of [left, own, open]) await mkdir(join(folder, name));
    const now = newRunId();
    await new RunStore(folder, 5).addJoint(now, joint);
    assert.deepEqual((await readdir(folder)).sort(), [open, `.${process.pid}.${now}.part`].sort());
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
    await store.addJoint(id, joint);
    await store.save(run(id), report);
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
