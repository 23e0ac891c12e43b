import assert from 'node:assert/strict';
import { watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { coalesce } from '../../../src/discovery/index.js';
import { scratch } from '../../support/scratch.js';

/** A task that counts its runs and ends when told. */
function slowTask() {
  const runs: (() => void)[] = [];
  const started = async (n: number) => {
    while (runs.length < n) await sleep(1);
  };
  return { runs, started, task: () => new Promise<void>(end => runs.push(end)) };
}

describe('coalesce', () => {
  it('makes one run of many requests', async () => {
    const { runs, started, task } = slowTask();
    const request = coalesce(task, { wait: 10, longest: 1000 });
    for (let i = 0; i < 100; i++) request();
    assert.equal(runs.length, 0);
    await started(1);
    runs[0]();
    await sleep(40);
    assert.equal(runs.length, 1);
  });

  it('runs once more for all requests that came during a run, never two at a time', async () => {
    const { runs, started, task } = slowTask();
    const request = coalesce(task, { wait: 1, longest: 1000 });
    request();
    await started(1);
    for (let i = 0; i < 100; i++) request();
    await sleep(30);
    assert.equal(runs.length, 1);
    runs[0]();
    await started(2);
    runs[1]();
    await sleep(30);
    assert.equal(runs.length, 2);
  });

  it('does not wait for the end of a storm that has none', async () => {
    const { started, task } = slowTask();
    const request = coalesce(task, { wait: 10_000, longest: 30 });
    const storm = setInterval(request, 1);
    try {
      await started(1);
    } finally {
      clearInterval(storm);
      request.dispose();
    }
  });

  it('goes on after a run that failed, and stops when it is disposed of', async () => {
    let runs = 0;
    const request = coalesce(
      async () => {
        runs++;
        throw new Error('no');
      },
      { wait: 1, longest: 10 },
    );
    request();
    while (runs < 1) await sleep(1);
    request();
    while (runs < 2) await sleep(1);
    request();
    request.dispose();
    request();
    await sleep(30);
    assert.equal(runs, 2);
  });

  it('makes few runs of a real burst of file events, the last of them after the last event', async () => {
    const folder = scratch();
    let events = 0;
    const seen: number[] = [];
    const request = coalesce(async () => seen.push(events), { wait: 50, longest: 10_000 });
    const watcher = watch(folder, () => {
      events++;
      request();
    });
    try {
      while (events === 0) {
        writeFileSync(join(folder, 'first'), '');
        await sleep(5);
      }
      for (let i = 0; i < 300; i++) writeFileSync(join(folder, `${i}`), '');
      while (seen.at(-1) !== events || events < 300) await sleep(20);
      assert.ok(seen.length <= 3, `${seen.length} runs for ${events} events`);
    } finally {
      watcher.close();
      request.dispose();
    }
  });
});
