import assert from 'node:assert/strict';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { WorkerClient, type WorkerOptions } from '../../../src/editor/workerClient.js';
import { Cancelled, TransferLensError } from '../../../src/protocol/notice.js';
import type { Joint } from '../../../src/protocol/worker.js';
import type { Report } from '../../../src/report/schema.js';
import { jobOf } from '../../support/coordinator.js';
import { scratch } from '../../support/scratch.js';

const job = (dataset: string) => jobOf(['m'], dataset, null);
const unlogged = () => undefined;
const silent = { debug: unlogged, info: unlogged, warn: unlogged, error: unlogged };
const unheard = {
  progress: async () => undefined,
  partial: async () => undefined,
  joint: async () => undefined,
};
const code = (expected: string) => (error: unknown) =>
  error instanceof TransferLensError && error.notice.code === expected;

describe('client of the background process', function () {
  this.timeout(20_000);
  const folder = scratch('client');
  let client: WorkerClient;
  const make = (options: Partial<WorkerOptions> = {}) => {
    client = new WorkerClient({
      entry: join(folder, 'echoWorker.js'),
      log: silent,
      trusted: () => true,
      nodePath: () => undefined,
      idleMilliseconds: 60_000,
      ...options,
    });
    return client;
  };

  before(async () => {
    await build({
      entryPoints: [fileURLToPath(new URL('echoWorker.ts', import.meta.url))],
      outdir: folder,
      bundle: true,
      platform: 'node',
      format: 'cjs',
    });
  });
  afterEach(() => client.dispose());

  it('starts no process before the first call', async () => {
    make();
    assert.equal(client.pid, null);
    assert.equal(await client.cacheSize('any'), client.pid);
  });

  it('hands over matrices as typed arrays, rows while the job runs', async () => {
    const seen: (Report | Joint)[] = [];
    const see = async (told: Report | Joint) => void seen.push(told);
    const report = await make().score(
      job('data'),
      { ...unheard, partial: see, joint: see },
      new AbortController().signal,
    );
    const [joint, ...partials] = seen as [Joint, ...Report[]];
    assert.deepEqual(joint.soft, new Float32Array([1.5, 2]));
    assert.deepEqual(joint.hard, new Uint32Array([1, 2]));
    assert.deepEqual(partials, [report]);
  });

  it('tells where native runtimes are looked for, and nowhere unless it is told', async () => {
    for (const folders of [['/a', '/b'], []]) {
      const { signal } = new AbortController();
      const report = await make({ nativeFolders: () => folders }).score(
        job('folders'),
        unheard,
        signal,
      );
      assert.equal(report.ranking?.by, folders.join(delimiter));
      client.dispose();
    }
  });

  it('passes a failure on as its notice', async () => {
    await assert.rejects(
      make().score(job('absent'), unheard, new AbortController().signal),
      code('dataset.notFound'),
    );
  });

  it('cancels', async () => {
    const abort = new AbortController();
    const partial = async () => abort.abort();
    await assert.rejects(
      make().score(job('endless'), { ...unheard, partial }, abort.signal),
      Cancelled,
    );
    assert.equal(await client.cacheSize('any'), client.pid);
  });

  it('kills a process that does not hear a cancellation', async () => {
    const abort = new AbortController();
    const partial = async () => abort.abort();
    await assert.rejects(
      make().score(job('deaf'), { ...unheard, partial }, abort.signal),
      Cancelled,
    );
    assert.equal(client.pid, null);
  });

  it('says so when the process is killed, and starts another one for the next call', async () => {
    make();
    const first = await client.cacheSize('any');
    const partial = async () => void process.kill(first, 'SIGKILL');
    await assert.rejects(
      client.score(job('endless'), { ...unheard, partial }, new AbortController().signal),
      (error: unknown) => code('worker.died')(error) && /SIGKILL/.test(String(error)),
    );
    const second = await client.cacheSize('any');
    assert.notEqual(second, first);
    assert.equal(second, client.pid);
  });

  it('stops an idle process', async () => {
    make({ idleMilliseconds: 20 });
    const pid = await client.cacheSize('any');
    while (alive(pid)) await new Promise(resolve => setTimeout(resolve, 20));
    assert.equal(client.pid, null);
    assert.notEqual(await client.cacheSize('any'), pid);
  });

  it('starts a new process once what it is started with has changed, and nothing is in flight', async () => {
    make();
    const pid = await client.cacheSize('any');
    client.renew();
    assert.equal(client.pid, null);
    const other = await client.cacheSize('any');
    assert.notEqual(other, pid);

    const abort = new AbortController();
    const score = client.score(job('endless'), unheard, abort.signal);
    client.renew();
    assert.equal(client.pid, other);
    abort.abort();
    await assert.rejects(score, Cancelled);
    assert.equal(client.pid, null);
  });

  it('gives the process no variable that steers the editor', async () => {
    process.env.VSCODE_TEST_VARIABLE = '1';
    try {
      assert.equal(await make().clearCache('any'), 0);
    } finally {
      delete process.env.VSCODE_TEST_VARIABLE;
    }
  });

  it('names the executable that cannot be started', async () => {
    const missing = join(folder, 'no-node');
    await assert.rejects(
      make({ nodePath: () => missing }).cacheSize('any'),
      (error: unknown) => code('worker.notStarted')(error) && String(error).includes(missing),
    );
  });

  it('starts nothing in an untrusted workspace', async () => {
    await assert.rejects(
      make({ trusted: () => false }).cacheSize('any'),
      code('workspace.untrusted'),
    );
    assert.equal(client.pid, null);
  });
});

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
