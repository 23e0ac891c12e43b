import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openReader, openWriter } from '../../../src/predictions/index.js';
import { acquireLock, tryLock } from '../../../src/predictions/lock.js';
import { Cancelled, type TransferLensError } from '../../../src/protocol/notice.js';
import { numpyPython, python } from '../../support/python.js';
import { scratch } from '../../support/scratch.js';
import { append, classes, collect, idOf, outputOf, range } from './samples.js';

const key = 'f'.repeat(64);
const children = new Set<ChildProcess>();

interface Told {
  waiting?: boolean;
  found?: number;
  appended?: number;
  computed?: number;
}

/** Another process; `until` waits for a message. */
function start(script: string, ...args: (string | number)[]) {
  const child = fork(join(import.meta.dirname, script), args.map(String), {
    execArgv: ['--import', 'tsx'],
  });
  children.add(child);
  const told: Told[] = [];
  child.on('message', message => told.push(message as Told));
  const ended = new Promise<number | null>(done => child.once('exit', done));
  const until = async (wanted: (message: Told) => boolean) => {
    for (;;) {
      const found = told.find(wanted);
      if (found) return found;
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}`);
      await sleep(2);
    }
  };
  return { child, told, ended, until };
}

describe('predictions store and several processes', function () {
  this.timeout(60_000);
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
  });

  it('three processes at once make one forward pass: who waits finds the rows', async () => {
    const cache = scratch();
    const first = await openWriter(cache, key, {});
    const others = [0, 1].map(() => start('writerProcess.ts', cache, key, 600, 5));
    for (const other of others) await other.until(m => m.waiting === true);
    await append(first, range(0, 500));
    await first.close();
    assert.deepEqual(await Promise.all(others.map(other => other.ended)), [0, 0]);
    const computed = others.map(({ told }) => told.at(-1)?.computed ?? Number.NaN);
    assert.deepEqual(
      computed.sort((a, b) => a - b),
      [0, 100],
    );
    const reader = await openReader(cache, key);
    assert.equal(reader?.count, 600);
    for (const i of range(0, 600)) assert.equal(reader?.rowOf(idOf(i)), i);
    reader?.close();
  });

  it('kill -9 in the middle of appending leaves whole batches that the next process goes on from', async () => {
    const cache = scratch();
    const folder = join(cache, 'predictions', key);
    const load =
      "import json,sys,numpy as np; print(json.dumps([len(np.load(f'{sys.argv[1]}/{n}.npy')) for n in ('outputs','features','ids')]))";
    let before = 0;
    for (let round = 0; round < 4; round++) {
      const { child, ended, until } = start('writerProcess.ts', cache, key, 20_000, 13);
      await until(m => (m.appended ?? 0) > before + 50);
      await sleep(7 * round);
      child.kill('SIGKILL');
      await ended;
      if (numpyPython())
        for (const rows of python<number[]>(load, folder)) assert.ok(rows >= before, `${rows}`);
      const reader = await openReader(cache, key);
      assert.ok(reader && reader.count > before);
      assert.equal(reader.count % 13, 0);
      const { rows } = await collect(reader.outputs(Int32Array.from(range(0, reader.count))));
      for (const [i, row] of rows.entries()) {
        assert.equal(reader.rowOf(idOf(i)), i);
        assert.deepEqual(
          row,
          range(0, classes).map(c => outputOf(i, c)),
        );
      }
      before = reader.count;
      reader.close();
    }
    const writer = await openWriter(cache, key, {});
    assert.equal(writer.count, before);
    await append(writer, range(before, before + 1));
    await writer.close();
    assert.deepEqual(
      readdirSync(folder).filter(name => name.startsWith('lock')),
      [],
    );
  });

  it('a folder has one owner at a time, whoever contends and whoever died', async () => {
    const folder = scratch();
    const victim = start('lockProcess.ts', folder, 1_000_000);
    while (!existsSync(join(folder, 'owned'))) await sleep(1);
    victim.child.kill('SIGKILL');
    await victim.ended;
    // The victim may have died inside: what proves it goes with it.
    rmSync(join(folder, 'owned'), { force: true });
    const rivals = range(0, 4).map(() => start('lockProcess.ts', folder, 8));
    assert.deepEqual(await Promise.all(rivals.map(rival => rival.ended)), [0, 0, 0, 0]);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('waiting is told of and can be cancelled', async () => {
    const cache = scratch();
    const owner = await openWriter(cache, key, {});
    const abort = new AbortController();
    let told = 0;
    const waiting = openWriter(cache, key, {}, abort.signal, () => {
      told++;
      abort.abort();
    });
    await assert.rejects(waiting, Cancelled);
    assert.equal(told, 1);
    await owner.close();
    const next = await openWriter(cache, key, {}, AbortSignal.timeout(10_000));
    await next.close();
    await assert.rejects(openWriter(cache, key, {}, AbortSignal.abort()), Cancelled);
  });

  it('waits for another machine until it has been silent for ten minutes', async () => {
    const folder = scratch();
    mkdirSync(folder, { recursive: true });
    const mark = join(folder, `lock-00000000-1-${'0'.repeat(12)}`);
    writeFileSync(mark, '');
    assert.equal(await tryLock(folder), null);
    const minutesAgo = (m: number) => new Date(Date.now() - m * 60_000);
    utimesSync(mark, minutesAgo(9), minutesAgo(9));
    assert.equal(await tryLock(folder), null);
    utimesSync(mark, minutesAgo(11), minutesAgo(11));
    const lock = await tryLock(folder);
    assert.ok(lock);
    assert.ok(!existsSync(mark));
    await lock.release();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('is not held by a process number that another process had before', async () => {
    const folder = scratch();
    const lock = await acquireLock(folder);
    const [name] = readdirSync(folder);
    await lock.release();
    const mark = join(folder, name.replace(/[0-9a-f]{12}$/, '0'.repeat(12)));
    writeFileSync(mark, '');
    assert.equal(await tryLock(folder), null);
    const before = new Date(Date.now() - 1000 * process.uptime() - 5000);
    utimesSync(mark, before, before);
    const next = await tryLock(folder);
    assert.ok(next);
    await next.release();
  });

  it('an owner that was taken for dead is told so, and does no harm', async () => {
    const cache = scratch();
    const folder = join(cache, 'predictions', key);
    const slow = await openWriter(cache, key, {});
    await append(slow, range(0, 10));
    const long = new Date(Date.now() - 3_600_000);
    for (const name of readdirSync(folder).filter(n => n.startsWith('lock')))
      utimesSync(join(folder, name), long, long);
    const other = await openWriter(cache, key, {});
    assert.equal(other.count, 10);
    await assert.rejects(append(slow, range(10, 20)), (error: TransferLensError) => {
      assert.equal(error.notice.code, 'store.takenOver');
      return true;
    });
    await slow.close();
    await append(other, range(10, 15));
    await other.close();
    const reader = await openReader(cache, key);
    assert.equal(reader?.count, 15);
    reader?.close();
  });
});
