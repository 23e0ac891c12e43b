/**
 * Images per CPU-second of TensorFlow models as they are run here, against a bare loop of the same runtime over the same
 * batches: outputs only, nothing copied but them. Features come from the same pass.
 * `npx tsx bench/tensorflow.ts [SAVED_MODEL_OR_MODEL_JSON...]`; without paths, on the test's fixtures, which are too small to
 * say much. With TRANSFERLENS_TFJS_NODE the native backend is measured.
 */
import { basename, dirname, join } from 'node:path';
import { root } from '../scripts/lib/root.js';
import type { Model } from '../src/models/model.js';
import { openModel } from '../src/models/open.js';
import { loadTf, runtimeName } from '../src/models/tfjs/runtime.js';

const rounds = 5;
const rows = 8;
const side = 224;
const fixtures = join(root, 'test', 'fixtures', 'models');

type Bare = (data: Float32Array, shape: number[]) => Promise<void>;

/** The runtime's own call and the copy of what it gives, and nothing else. */
async function bareOf(path: string, model: Model): Promise<Bare> {
  const tf = await loadTf(path, 1);
  const { parts } = model as unknown as {
    parts: { net: import('../src/models/tfjs/net.js').Net };
  };
  const compute = parts.net.runner([model.output]);
  return async (data, shape) => {
    const x = tf.tensor(data, shape);
    const [made] = await compute(x);
    await made.data();
    made.dispose();
    x.dispose();
  };
}

function batchOf({ input }: Model): { data: Float32Array; shape: number[] } {
  if (input.kind !== 'image') throw new Error('only models of images are measured');
  const shape = [rows, input.height ?? side, input.width ?? side, input.channels ?? 3];
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[i] = state / 2 ** 32;
  }
  return { data, shape };
}

/** CPU-seconds of one thread per batch: the other threads wait. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  const until = performance.now() + 1500;
  let batches = 0;
  do {
    await work();
    batches++;
  } while (performance.now() < until);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / batches;
}

async function measure(path: string): Promise<void> {
  const model = await openModel(path, { threads: 1 });
  const bare = await bareOf(path, model);
  const { data, shape } = batchOf(model);
  const ways = { bare: () => bare(data, shape), here: () => model.run([{ data, shape }]) };
  const best = { bare: Number.POSITIVE_INFINITY, here: Number.POSITIVE_INFINITY };
  await ways.bare();
  await ways.here();
  for (let round = 0; round < rounds; round++)
    for (const way of ['bare', 'here'] as const)
      best[way] = Math.min(best[way], await timed(ways[way]));
  const speed = (seconds: number) => (rows / seconds).toFixed(1).padStart(9);
  console.log(
    `${basename(dirname(path)).padEnd(28)} bare ${speed(best.bare)}/s  here ${speed(best.here)}/s  ratio ${(best.bare / best.here).toFixed(2)}`,
  );
  await model.close();
}

async function main(given: string[]): Promise<void> {
  const paths =
    given.length > 0
      ? given
      : ['savedModel/convolutional/saved_model.pb', 'tfjs/layers/model.json'].map(name =>
          join(fixtures, name),
        );
  console.log(runtimeName(await loadTf(paths[0], 1)));
  for (const path of paths) await measure(path);
}

void main(process.argv.slice(2));
