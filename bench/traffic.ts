// What a run sends from the background process to the editor and what the editor's side needs of memory, with many models of large
// matrices: in bytes of the matrices themselves. Run: npm run build && npx tsx bench/traffic.ts [models] [source classes] [classes]
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { newRunId, RunStore } from '../src/editor/runStore.js';
import { WorkerClient } from '../src/editor/workerClient.js';
import { noOptions } from '../src/protocol/datasetOptions.js';
import { jobOf } from '../test/support/coordinator.js';
import { root } from '../test/support/referenceData.js';
import { scratch } from '../test/support/scratch.js';

const [models = 6, sources = 5000, targets = 1000] = process.argv.slice(2).map(Number);
const rows = 2 * targets;

/** A file of predictions with labels, row by row: each class has a source class of its own under noise. */
function predictions(folder: string, seed: number): string {
  const path = join(folder, `model-${seed}.safetensors`);
  const size = rows * sources * 4;
  const header = JSON.stringify({
    logits: { dtype: 'F32', shape: [rows, sources], data_offsets: [0, size] },
    labels: { dtype: 'I64', shape: [rows], data_offsets: [size, size + 8 * rows] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = openSync(path, 'w');
  writeSync(file, length);
  writeSync(file, header);
  let state = seed;
  const row = new Float32Array(sources);
  for (let k = 0; k < rows; k++) {
    for (let z = 0; z < sources; z++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      row[z] = (state / 2 ** 32) * 4 + (z === k % targets ? 3 : 0);
    }
    writeSync(file, row);
  }
  writeSync(
    file,
    BigInt64Array.from({ length: rows }, (_, k) => BigInt(k % targets)),
  );
  closeSync(file);
  return path;
}

/** Bytes of what a message holds: typed arrays as they are, anything else as JSON. */
function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'object' && value !== null)
    return Object.values(value).reduce((sum: number, one) => sum + 4 + sizeOf(one), 0);
  return JSON.stringify(value ?? null).length;
}

async function main(): Promise<void> {
  const folder = scratch('traffic');
  const paths = Array.from({ length: models }, (_, k) => predictions(folder, k + 1));
  const client = new WorkerClient({
    entry: join(root, 'dist', 'worker.js'),
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: console.warn,
      error: console.error,
    },
    trusted: () => true,
    nodePath: () => undefined,
    idleMilliseconds: 60_000,
  });
  const store = new RunStore(join(folder, 'runs'), 50);
  const job = jobOf(paths, paths[0], join(folder, 'cache'), {
    measures: ['leep', 'nce'],
    options: { ...noOptions, classes: true },
  });
  const matrices = models * sources * targets * 8;
  const ratio = (bytes: number) =>
    `${(bytes / 1e6).toFixed(1)} MB, ${(bytes / matrices).toFixed(2)} of the matrices`;
  console.log(`${models} models of ${sources} x ${targets}: matrices of ${matrices / 1e6} MB`);
  for (const what of ['cold', 'again']) {
    const sent = { partial: 0, joint: 0, progress: 0 };
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 10);
    const id = newRunId();
    const report = await client.score(
      job,
      {
        progress: async progress => {
          sent.progress += sizeOf(progress);
        },
        partial: async partial => {
          sent.partial += sizeOf(partial);
        },
        joint: async joint => {
          sent.joint += sizeOf(joint);
          await store.addJoint(id, joint);
        },
      },
      new AbortController().signal,
    );
    clearInterval(watch);
    for (const [kind, bytes] of Object.entries(sent))
      console.log(`  ${what}, ${kind}: ${ratio(bytes)}`);
    console.log(`  ${what}, report: ${ratio(sizeOf(report))}`);
    console.log(
      `  ${what}, most memory of the editor's side, above what it had: ${ratio(most - before)}`,
    );
    const status = readFileSync(`/proc/${client.pid}/status`, 'utf8');
    const peak = Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) * 1024;
    console.log(`  ${what}, most memory of the background process so far: ${ratio(peak)}`);
  }
  client.dispose();
}

void main();
