import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnfinishedRuns } from '../../../src/editor/unfinishedRuns.js';
import { jobOf } from '../../support/coordinator.js';
import { scratch } from '../../support/scratch.js';

const job = (dataset: string) => jobOf(['/models/a.onnx'], dataset, null);

/** Id of a process that has ended. */
const gone = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('runs in flight', () => {
  let folder: string;
  const window = (pid: number) => new UnfinishedRuns(folder, pid);

  beforeEach(() => {
    folder = scratch('unfinished');
  });

  it('of a window that is gone are taken over, once', async () => {
    await window(gone()).begin(job('/data'));
    assert.deepEqual(await window(process.pid).take(), job('/data'));
    assert.equal(await window(process.pid).take(), null);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('of a window that is still there are left to it', async () => {
    await window(process.ppid).begin(job('/data'));
    assert.equal(await window(process.pid).take(), null);
    await window(process.ppid).end();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('of an earlier process are taken over by one that was given its id again', async () => {
    await window(process.pid).begin(job('/data'));
    assert.deepEqual(await window(process.pid).take(), job('/data'));
    assert.deepEqual(readdirSync(folder), []);
  });

  it('go to one of two windows that come back together', async () => {
    await window(gone()).begin(job('/data'));
    const both = await Promise.all([window(process.pid).take(), window(process.ppid).take()]);
    assert.deepEqual(
      both.filter(taken => taken !== null),
      [job('/data')],
    );
  });

  it('whose file was cut off are passed over', async () => {
    writeFileSync(join(folder, `.${gone()}.job`), '{"models": [');
    await window(gone()).begin(job('/other'));
    assert.deepEqual(await window(process.pid).take(), job('/other'));
  });
});
