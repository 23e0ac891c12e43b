import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { type Coordinator, jobOf, startCoordinator } from '../support/coordinator.js';
import { readNpz } from '../support/npz.js';
import { referenceData } from '../support/referenceData.js';
import { scratch } from '../support/scratch.js';

const models = ['lenet-mnist', 'lenet-mnist-undertrained', 'mnist-cntk'];
/** Two largest probabilities closer than this: float32 decides which is the top class, so NCE leaves the sample out. */
const nearTie = 1e-4;

const modelFile = (name: string) =>
  referenceData('workspace', 'models', name, name === 'mnist-cntk' ? 'mnist.onnx' : 'model.onnx');

interface Golden {
  target: string;
  source: string;
  scores_all: { leep: number; nce: number };
}

/** NCE as published, from probabilities, over the rows that are kept. */
function nce(
  probs: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  keep: (i: number) => boolean,
) {
  const joint = new Map<string, number>();
  const margin = new Map<number, number>();
  let n = 0;
  for (let i = 0; i < labels.length; i++) {
    if (!keep(i)) continue;
    let z = 0;
    for (let k = 1; k < classes; k++) if (probs[i * classes + k] > probs[i * classes + z]) z = k;
    const cell = `${labels[i]},${z}`;
    joint.set(cell, (joint.get(cell) ?? 0) + 1);
    margin.set(z, (margin.get(z) ?? 0) + 1);
    n++;
  }
  let sum = 0;
  for (const [cell, c] of joint)
    sum += c * Math.log(c / (margin.get(Number(cell.split(',')[1])) ?? 1));
  return sum / n;
}

/** Rows whose top class float32 decides. */
function nearTies(probs: ArrayLike<number>, n: number, classes: number): Set<number> {
  const found = new Set<number>();
  for (let i = 0; i < n; i++) {
    const row = Array.from({ length: classes }, (_, k) => probs[i * classes + k]).sort(
      (a, b) => b - a,
    );
    if (row[0] - row[1] < nearTie) found.add(i);
  }
  return found;
}

/** Files of an image folder in the order of its rows. */
const filesOf = (folder: string) =>
  readdirSync(folder)
    .sort()
    .flatMap(name =>
      readdirSync(join(folder, name))
        .sort()
        .map(file => join(name, file)),
    );

/** The first 1000 images of MNIST's test set as an image folder that keeps their order within each class. */
async function mnistFolder(): Promise<{ folder: string; order: number[] } | null> {
  const images = referenceData('workspace', 'datasets', 'mnist-idx', 't10k-images-idx3-ubyte.gz');
  const labels = referenceData('workspace', 'datasets', 'mnist-idx', 't10k-labels-idx1-ubyte.gz');
  if (!images || !labels) return null;
  const pixels = gunzipSync(readFileSync(images)).subarray(16);
  const y = gunzipSync(readFileSync(labels)).subarray(8);
  const folder = scratch('mnist');
  for (let i = 0; i < 1000; i++) {
    const to = join(folder, String(y[i]), `${String(i).padStart(5, '0')}.png`);
    mkdirSync(dirname(to), { recursive: true });
    await sharp(pixels.subarray(i * 784, (i + 1) * 784), {
      raw: { width: 28, height: 28, channels: 1 },
    })
      .png()
      .toFile(to);
  }
  return { folder, order: filesOf(folder).map(file => Number.parseInt(file.slice(2), 10)) };
}

describe('golden values end to end, from images to scores (needs the reference data)', function () {
  this.timeout(120_000);
  let one: Coordinator;
  before(function () {
    if (!referenceData('golden', 'scores.json')) this.skip();
    one = startCoordinator();
  });
  after(() => one?.stop());

  /** Scores the three models on a folder and holds LEEP, and NCE without near ties, against the golden values. */
  async function check(target: string, folder: string, order: number[]) {
    const path = referenceData('golden', 'scores.json');
    assert.ok(path);
    const golden: Golden[] = JSON.parse(readFileSync(path, 'utf8')).cases;
    const cache = scratch('golden');
    const job = jobOf(
      models.map(name => modelFile(name) ?? assert.fail(name)),
      folder,
      cache,
      { split: 'all', maxSamples: 'all', measures: ['leep', 'nce'] },
    );
    const report = await one.api.score(job);
    assert.deepEqual(
      report.models.map(m => m.reason?.message),
      [undefined, undefined, undefined],
    );
    for (const model of report.models) {
      const source = models.find(name => model.path.includes(`/${name}/`)) ?? '';
      const expected = golden.find(c => c.target === target && c.source === source)?.scores_all;
      assert.ok(expected);
      const off = Math.abs((model.scores.leep.value ?? Number.NaN) - expected.leep);
      assert.ok(
        off < 1e-5,
        `${target} ${source}: LEEP ${model.scores.leep.value} is off by ${off}`,
      );

      const npz = readNpz(referenceData('golden', `${target}__${source}.npz`) ?? '');
      const probs = npz.probs.data as Float32Array;
      const labels = Array.from(npz.labels.data as ArrayLike<number | bigint>, Number);
      const ties = nearTies(probs, labels.length, 10);
      let actual = model.scores.nce.value ?? Number.NaN;
      if (ties.size > 0) {
        const kept = scratch('kept');
        filesOf(folder).forEach((file, row) => {
          if (ties.has(order[row])) return;
          mkdirSync(dirname(join(kept, file)), { recursive: true });
          copyFileSync(join(folder, file), join(kept, file));
        });
        const again = await one.api.score({ ...job, models: [model.path], dataset: kept });
        actual = again.models[0].scores.nce.value ?? Number.NaN;
      }
      const wanted = nce(probs, labels, 10, i => !ties.has(i));
      if (ties.size === 0) assert.ok(Math.abs(wanted - expected.nce) < 1e-9, 'the oracle itself');
      assert.ok(
        Math.abs(actual - wanted) < 1e-9,
        `${target} ${source}: NCE ${actual}, not ${wanted}`,
      );
    }
  }

  it('fashion900', async () => {
    const folder = referenceData('workspace', 'datasets', 'fashion900');
    assert.ok(folder);
    await check(
      'fashion900',
      folder,
      filesOf(folder).map((_, row) => row),
    );
  });

  it('the first 1000 images of mnist-idx, written out as an image folder', async () => {
    const mnist = await mnistFolder();
    assert.ok(mnist);
    await check('mnist-idx-first1000', mnist.folder, mnist.order);
  });
});
