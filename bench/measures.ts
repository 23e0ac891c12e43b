/**
 * Scoring from what models left, on data in memory and in a file. Prints CPU seconds and ratios to numpy and scipy on one thread,
 * where a Python has them (TRANSFERLENS_PYTHON, else python3):
 *   LEEP and NCE at 50 000 x 1000 x 100, also against the plain two-loop JavaScript;
 *   the default measures at 10 000 x (1000 + 512) x 100, point values and intervals, and each measure of features alone;
 *   LogME, shrunk H-score and ridge probe at 50 000 x 2048 x 100, with the peak memory of a process that does just that.
 * Tells times, asserts none; some two minutes of CPU.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block, MeasureInput } from '../src/measures/index.js';
import { defaultMeasures, evaluate, headlines, permutationNull } from '../src/measures/index.js';
import { onnxBlas } from '../src/models/onnx/blas.js';
import { normals, random } from '../src/numerics/random.js';
import { jackknifeGroups } from '../src/ranking/index.js';
import { rowTable } from '../test/support/measureInput.js';
import { featureInput, featureMeasures, featureNumpy, type WideResult } from './featureBench.js';

const targetClasses = 100;
const sourceClasses = 1000;
const blockRows = 1000;

/** Softmax of 3 (profile of the class + noise), float32; the noise is a window of one long sequence, to be quick. */
function generate(n: number) {
  const next = random(1);
  const normal = normals(next);
  const noise = Float32Array.from({ length: 1_000_003 }, normal);
  const profiles = Float32Array.from(
    { length: targetClasses * sourceClasses },
    () => 0.7 * normal(),
  );
  const labels = Int32Array.from({ length: n }, () => Math.floor(next() * targetClasses));
  const theta = new Float32Array(n * sourceClasses);
  for (let i = 0; i < n; i++) {
    const offset = Math.floor(next() * 1_000_003);
    let sum = 0;
    for (let z = 0; z < sourceClasses; z++) {
      const w = profiles[labels[i] * sourceClasses + z] + noise[(offset + z) % 1_000_003];
      theta[i * sourceClasses + z] = Math.exp(3 * w);
      sum += theta[i * sourceClasses + z];
    }
    for (let z = 0; z < sourceClasses; z++) theta[i * sourceClasses + z] /= sum;
  }
  return { theta, labels };
}

function inputOf(theta: Float32Array, labels: Int32Array, rows: number): MeasureInput {
  const blocks = {
    async *[Symbol.asyncIterator](): AsyncGenerator<Block> {
      for (let start = 0; start < rows; start += blockRows) {
        const end = Math.min(rows, start + blockRows);
        const probabilities = theta.subarray(start * sourceClasses, end * sourceClasses);
        yield { start, rows: end - start, probabilities };
      }
    },
  };
  const some = labels.subarray(0, rows);
  return { blocks, labels: some, targetClasses, sourceClasses, ...jackknifeGroups(rows, 1) };
}

/** LEEP and NCE as one would write them down. */
function plain(theta: Float32Array, labels: Int32Array) {
  const n = labels.length;
  const joint = new Float64Array(targetClasses * sourceClasses);
  const marginal = new Float64Array(sourceClasses);
  const hard = new Float64Array(targetClasses * sourceClasses);
  const hardMarginal = new Float64Array(sourceClasses);
  for (let i = 0; i < n; i++) {
    let best = 0;
    for (let z = 0; z < sourceClasses; z++) {
      const p = theta[i * sourceClasses + z];
      joint[labels[i] * sourceClasses + z] += p;
      marginal[z] += p;
      if (p > theta[i * sourceClasses + best]) best = z;
    }
    hard[labels[i] * sourceClasses + best]++;
    hardMarginal[best]++;
  }
  let leep = 0;
  for (let i = 0; i < n; i++) {
    let likelihood = 0;
    for (let z = 0; z < sourceClasses; z++)
      likelihood +=
        (joint[labels[i] * sourceClasses + z] / marginal[z]) * theta[i * sourceClasses + z];
    leep += Math.log(likelihood);
  }
  let nce = 0;
  for (let k = 0; k < hard.length; k++)
    if (hard[k] > 0) nce += hard[k] * Math.log(hard[k] / hardMarginal[k % sourceClasses]);
  return { leep: leep / n, nce: nce / n };
}

const numpy = `
import sys, time, json
import numpy as np
n, cs, ct = map(int, sys.argv[3:6])
p = np.fromfile(sys.argv[1], np.float32).reshape(n, cs)
y = np.fromfile(sys.argv[2], np.int32)
def leep():
    q = p.astype(np.float64)
    one = np.zeros((n, ct)); one[np.arange(n), y] = 1
    j = one.T @ q / n
    e = q @ (j / j.sum(0)).T
    return np.log(e[np.arange(n), y]).mean()
def nce():
    z = p.argmax(1)
    c = np.zeros((ct, cs)); np.add.at(c, (y, z), 1)
    m = np.broadcast_to(c.sum(0), c.shape)
    k = c > 0
    return (c[k] * np.log(c[k] / m[k])).sum() / n
def best(f):
    t = []
    for _ in range(5):
        a = time.process_time(); v = f(); t.append(time.process_time() - a)
    return v, min(t)
print(json.dumps({'leep': best(leep), 'nce': best(nce)}))
`;

interface Numpy {
  leep: [number, number];
  nce: [number, number];
}

/** What a Python script prints of arrays that it finds in files, on one thread; null where there is no such Python. */
function byPython<T>(script: string, files: readonly string[], sizes: readonly number[]): T | null {
  try {
    const python = process.env.TRANSFERLENS_PYTHON ?? 'python3';
    const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
    const env = { ...process.env, ...one };
    const out = execFileSync(python, ['-c', script, ...files, ...sizes.map(String)], {
      env,
      stdio: 'pipe',
    });
    return JSON.parse(String(out));
  } catch (error) {
    console.log(
      `numpy: not run (${error instanceof Error ? error.message.split('\n')[0] : error})`,
    );
    return null;
  }
}

/** Gives `f` a folder that is gone afterwards. */
async function inFolder<T>(f: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'transferlens-bench-'));
  try {
    return await f(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Class means of moderate signal plus noise, float32 [rows, d]; some directions vary more than others, as features do. */
function* featureBlocks(labels: Int32Array, d: number, rows: number): Generator<Float32Array> {
  const next = random(2);
  const normal = normals(next);
  const noise = Float32Array.from({ length: 1_000_003 }, normal);
  const means = Float32Array.from({ length: targetClasses * d }, () => 0.3 * normal());
  const scale = Float32Array.from({ length: d }, (_, j) => 1 / Math.sqrt(1 + j / 20));
  for (let start = 0; start < labels.length; start += rows) {
    const end = Math.min(labels.length, start + rows);
    const block = new Float32Array((end - start) * d);
    for (let i = start, at = 0; i < end; i++) {
      const offset = Math.floor(next() * 1_000_003);
      for (let j = 0; j < d; j++, at++)
        block[at] = scale[j] * (means[labels[i] * d + j] + noise[(offset + j) % 1_000_003]);
    }
    yield block;
  }
}

/** CPU seconds of this process, the best of `times`. */
async function cpu<T>(times: number, f: () => T | Promise<T>): Promise<[T, number]> {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 1; ; k++) {
    const before = process.cpuUsage();
    const result = await f();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1e6);
    if (k >= times) return [result, least];
  }
}

const seconds = (s: number): string => `${s.toFixed(3)} s`;

async function main(): Promise<void> {
  const { theta, labels } = generate(50_000);
  const all = inputOf(theta, labels, 50_000);
  const point = { ...all, groupCount: 0 };
  console.log(`50 000 x ${sourceClasses} x ${targetClasses}, point values, CPU time`);
  const [ours, t] = await cpu(5, () => evaluate(['leep', 'nce'], point));
  const [, tLeep] = await cpu(5, () => evaluate(['leep'], point));
  const [two, tPlain] = await cpu(5, () => plain(theta, labels));
  const { leep, nce } = ours.scores;
  console.log(`LEEP + NCE      ${seconds(t)}   LEEP alone ${seconds(tLeep)}`);
  console.log(`plain two loops ${seconds(tPlain)}   ratio ${(t / tPlain).toFixed(2)}`);
  console.log(
    `  differ by ${Math.abs(two.leep - leep.value)} and ${Math.abs(two.nce - nce.value)}`,
  );
  const python = await inFolder(folder => {
    const files = [join(folder, 'theta'), join(folder, 'labels')];
    writeFileSync(files[0], theta);
    writeFileSync(files[1], labels);
    return byPython<Numpy>(numpy, files, [labels.length, sourceClasses, targetClasses]);
  });
  if (python) {
    const [l, h] = [python.leep[1], python.nce[1]];
    console.log(`numpy float64   ${seconds(l + h)}   LEEP ${seconds(l)}, NCE ${seconds(h)}`);
    console.log(
      `  ratio of LEEP + NCE ${(t / (l + h)).toFixed(2)}, of LEEP ${(tLeep / l).toFixed(2)}`,
    );
    console.log(
      `  differ by ${Math.abs(python.leep[0] - leep.value)} and ${Math.abs(python.nce[0] - nce.value)}`,
    );
  }

  await defaults(theta, labels.slice(0, 10_000));
  await wide();
}

/** The default measures, as a job computes them. */
async function defaults(theta: Float32Array, labels: Int32Array): Promise<void> {
  const d = 512;
  const n = labels.length;
  const [values] = featureBlocks(labels, d, n);
  const blas = await onnxBlas(1);
  const all = { ...inputOf(theta, labels, n), features: rowTable(values, d, 1000), blas };
  const point = { ...all, groupCount: 0 };
  const shape = `10 000 x (${sourceClasses} + ${d}) x ${targetClasses}`;
  console.log(`\n${shape}, ${all.groupCount} groups, CPU time`);
  const [, tPoint] = await cpu(2, () => evaluate(defaultMeasures, point));
  console.log(`default measures, point values ${seconds(tPoint)}`);
  const [, tInterval] = await cpu(1, () => evaluate(defaultMeasures, all));
  console.log(`default measures, intervals    ${seconds(tInterval)}`);
  for (const headline of Object.values(headlines)) {
    const options = { seed: 1, count: 20 };
    const [, tNull] = await cpu(1, () => permutationNull(headline, all, options));
    console.log(`20 permutations of ${headline.padEnd(12)}${seconds(tNull)}`);
  }
  const python = await inFolder(folder => {
    const files = [join(folder, 'features'), join(folder, 'labels')];
    writeFileSync(files[0], values);
    writeFileSync(files[1], labels);
    return byPython<[number, number][]>(featureNumpy, files, [n, d, targetClasses, 3]);
  });
  // Probabilities cost a pass whatever is asked for; one source class keeps it out of the comparison.
  const alone = { ...featureInput(point.features, labels, targetClasses), blas };
  for (const [k, id] of [...featureMeasures, 'knn'].entries()) {
    const [{ scores }, t] = await cpu(3, () => evaluate([id], alone));
    const [, tAll] = await cpu(1, () =>
      evaluate([id], { ...alone, groups: all.groups, groupCount: all.groupCount }),
    );
    console.log(`${id.padEnd(13)} ${seconds(t)}, with intervals ${seconds(tAll)}`);
    const other = python?.[k];
    if (other) compare(scores[id].value, t, other);
  }
}

function compare(value: number, t: number, [theirs, theirTime]: [number, number]): void {
  const difference = Math.abs(value - theirs).toExponential(1);
  console.log(
    `  numpy ${seconds(theirTime)}, ratio ${(t / theirTime).toFixed(2)}, differ by ${difference}`,
  );
}

/** Features that memory does not hold. */
async function wide(): Promise<void> {
  const [n, d] = [50_000, 2048];
  const next = random(3);
  const labels = Int32Array.from({ length: n }, () => Math.floor(next() * targetClasses));
  await inFolder(folder => {
    const files = [join(folder, 'features'), join(folder, 'labels')];
    for (const block of featureBlocks(labels, d, 1000))
      appendFileSync(files[0], new Uint8Array(block.buffer));
    writeFileSync(files[1], labels);
    console.log(`\n50 000 x ${d} x ${targetClasses}, ${featureMeasures.join(', ')}, CPU time`);
    const script = join(__dirname, 'featureBench.ts');
    const args = ['--import=tsx', script, ...files, String(d), String(targetClasses)];
    const ours: WideResult = JSON.parse(String(execFileSync(process.execPath, args)));
    console.log(
      `point values ${seconds(ours.cpu)}, peak memory ${ours.memoryPeak.toFixed(0)} MB of which ${ours.memoryBefore.toFixed(0)} MB before`,
    );
    const python = byPython<[number, number][]>(featureNumpy, files, [n, d, targetClasses, 1]);
    if (!python) return;
    const total = python.reduce((sum, [, t]) => sum + t, 0);
    console.log(`numpy, scipy ${seconds(total)}, ratio ${(ours.cpu / total).toFixed(2)}`);
    featureMeasures.forEach((id, k) => {
      const difference = Math.abs(ours.values[k] - python[k][0]).toExponential(1);
      console.log(`  ${id} there ${seconds(python[k][1])}, differ by ${difference}`);
    });
  });
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
