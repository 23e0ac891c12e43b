/**
 * Scoring from probabilities in memory: LEEP and NCE at 50 000 x 1000 x 100 against the plain two-loop JavaScript and, where a
 * Python with numpy is found (TRANSFERLENS_PYTHON, else python3), vectorised float64 numpy on the same data and one thread; then
 * the default measures at 10 000 x 1000 x 100 with their intervals. Prints CPU seconds and ratios.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block, MeasureInput } from '../src/measures/index.js';
import { defaultMeasures, evaluate, permutationNull } from '../src/measures/index.js';
import { normals, random } from '../src/numerics/random.js';
import { jackknifeGroups } from '../src/ranking/index.js';

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

/** The same by numpy on one thread, or null where there is none. */
function byNumpy(theta: Float32Array, labels: Int32Array): Numpy | null {
  const folder = mkdtempSync(join(tmpdir(), 'transferlens-bench-'));
  try {
    const files = [join(folder, 'theta'), join(folder, 'labels')];
    writeFileSync(files[0], theta);
    writeFileSync(files[1], labels);
    const sizes = [labels.length, sourceClasses, targetClasses].map(String);
    const python = process.env.TRANSFERLENS_PYTHON ?? 'python3';
    const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
    const env = { ...process.env, ...one };
    const out = execFileSync(python, ['-c', numpy, ...files, ...sizes], { env, stdio: 'pipe' });
    return JSON.parse(String(out));
  } catch (error) {
    console.log(
      `numpy: not run (${error instanceof Error ? error.message.split('\n')[0] : error})`,
    );
    return null;
  } finally {
    rmSync(folder, { recursive: true });
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
  const python = byNumpy(theta, labels);
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

  const ten = inputOf(theta, labels, 10_000);
  console.log(`\n10 000 x ${sourceClasses} x ${targetClasses}, ${ten.groupCount} groups, CPU time`);
  const [, tPoint] = await cpu(1, () => evaluate(defaultMeasures, { ...ten, groupCount: 0 }));
  console.log(`default measures, point values ${seconds(tPoint)}`);
  const [, tInterval] = await cpu(1, () => evaluate(defaultMeasures, ten));
  console.log(`default measures, intervals    ${seconds(tInterval)}`);
  const [, tNull] = await cpu(1, () => permutationNull('leepLoo', ten, { seed: 1, count: 20 }));
  console.log(`20 permutations of leepLoo     ${seconds(tNull)}`);
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
