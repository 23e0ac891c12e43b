/**
 * Measures of features at 50 000 x 2048 streamed from a file, in a process of its own so that its peak memory can be told, and the
 * same by numpy and scipy. `bench/measures.ts` starts it: tsx bench/featureBench.ts FILE LABELS n d classes
 */

import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import {
  evaluate,
  type MeasureInput,
  type RowBlock,
  type RowTable,
} from '../src/measures/index.js';
import { onnxBlas } from '../src/models/onnx/blas.js';

export const featureMeasures = ['hScoreShrunk', 'logMe', 'ridgeProbe'] as const;

/** Consecutive rows of float32 in a file, 4 MB a block, into one buffer. */
function fileTable(file: FileHandle, columns: number): RowTable {
  const blockRows = Math.max(1, Math.floor(1e6 / columns));
  const values = new Float32Array(blockRows * columns);
  return {
    columns,
    async *read(rows): AsyncGenerator<RowBlock> {
      for (let start = 0; start < rows.length; start += blockRows) {
        const count = Math.min(blockRows, rows.length - start);
        const bytes = new Uint8Array(values.buffer, 0, count * columns * 4);
        await file.read(bytes, 0, bytes.length, rows[start] * columns * 4);
        yield { start, rows: count, values: values.subarray(0, count * columns) };
      }
    },
  };
}

/** An input of features alone: one source class, no groups. */
export function featureInput(
  features: RowTable,
  labels: Int32Array,
  classes: number,
): MeasureInput {
  const ones = new Float32Array(labels.length).fill(1);
  const blocks = {
    async *[Symbol.asyncIterator]() {
      yield { start: 0, rows: labels.length, probabilities: ones };
    },
  };
  const groups = new Int32Array(labels.length);
  return {
    blocks,
    labels,
    targetClasses: classes,
    sourceClasses: 1,
    groups,
    groupCount: 0,
    features,
  };
}

/** kB of /proc/self/status, in MB; NaN elsewhere than on Linux. */
function memory(what: 'VmHWM' | 'VmRSS'): number {
  try {
    const line = readFileSync('/proc/self/status', 'utf8').match(`${what}:\\s*(\\d+)`);
    return line ? Number(line[1]) / 1024 : Number.NaN;
  } catch {
    return Number.NaN;
  }
}

async function main([path, labelPath, d, classes]: string[]): Promise<void> {
  const bytes = readFileSync(labelPath);
  const labels = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4).slice();
  const file = await open(path);
  const input = featureInput(fileTable(file, Number(d)), labels, Number(classes));
  const blas = await onnxBlas(1);
  const before = { cpu: process.cpuUsage(), memory: memory('VmRSS') };
  const { scores } = await evaluate(featureMeasures, { ...input, blas });
  const { user, system } = process.cpuUsage(before.cpu);
  const result = {
    values: featureMeasures.map(id => scores[id].value),
    cpu: (user + system) / 1e6,
    memoryBefore: before.memory,
    memoryPeak: memory('VmHWM'),
  };
  console.log(JSON.stringify(result));
  await file.close();
}

export interface WideResult {
  values: number[];
  cpu: number;
  memoryBefore: number;
  memoryPeak: number;
}

/**
 * The three measures as one writes them with numpy: arguments are features, labels, n, d, classes. Prints [value, CPU seconds] of
 * each, by the same definitions, LogME by the published fixed point.
 */
export const featureNumpy = `
import sys, time, json
import numpy as np
from scipy import linalg
n, d, ct, times = map(int, sys.argv[3:7])
F = np.fromfile(sys.argv[1], np.float32).reshape(n, d)
y = np.fromfile(sys.argv[2], np.int32)
share = np.bincount(y, minlength=ct) / n
one = np.zeros((n, ct)); one[np.arange(n), y] = 1
def hScoreShrunk():
    X = F.astype(np.float64); X -= X.mean(0)
    S = X.T @ X / n
    mu = np.trace(S) / d
    square = (S * S).sum()
    delta = (square - 2 * mu * np.trace(S) + d * mu * mu) / d
    beta = ((np.einsum('ij,ij->i', X, X) ** 2).sum() / n - square) / (n * d)
    a = min(delta, beta) / delta
    M = (one.T @ X) / np.maximum(1, share * n)[:, None]
    B = (M * share[:, None]).T @ M
    C = (1 - a) * S; C[np.diag_indices(d)] += a * mu
    return (1 - a) * np.trace(linalg.cho_solve(linalg.cho_factor(C), B))
def logMe():
    X = F.astype(np.float64)
    s, V = linalg.eigh(X.T @ X)
    s = np.maximum(s, 0)
    P = ((one.T @ X) @ V) ** 2 / np.maximum(s, 1e-300)
    total = 0
    for c in range(ct):
        p, rest = P[c], share[c] * n - P[c].sum()
        r = s.mean()
        for _ in range(1000):
            g = (s / (s + r)).sum()
            m = (p * s / (s + r) ** 2).sum()
            e = rest + (p * (r / (s + r)) ** 2).sum()
            old, r = r, g / m * e / (n - g)
            if abs(r / old - 1) < 1e-9: break
        q = (p * r / (s + r)).sum() + rest
        total += -0.5 * (np.log(2 * np.pi) + 1 + np.log(q / n) + np.log1p(s / r).sum() / n)
    return total / ct
def ridgeProbe():
    Z = F.astype(np.float64); Z -= Z.mean(0); Z /= Z.std(0)
    T = one - share
    s, V = linalg.eigh(Z.T @ Z)
    W = V.T @ (Z.T @ T)
    tt, best = (T * T).sum(), None
    w2 = (W * W).sum(1)
    for k in np.logspace(-4, 4, 25) * n:
        res = tt - (w2 * (s + 2 * k) / (s + k) ** 2).sum()
        v = res / n / (1 - ((s / (s + k)).sum() + 1) / n) ** 2
        if best is None or v < best[0]: best = v, k
    k = best[1]
    U = Z @ V
    h = (U * U / (s + k)).sum(1) + 1 / n
    E = (T - U @ (W / (s + k)[:, None])) / (1 - h)[:, None]
    return 1 - (E * E).sum() / tt
def best(f):
    t = []
    for _ in range(times):
        a = time.process_time(); v = f(); t.append(time.process_time() - a)
    return float(v), min(t)
print(json.dumps([best(f) for f in (hScoreShrunk, logMe, ridgeProbe)]))
`;

if (require.main === module)
  main(process.argv.slice(2)).catch(error => {
    console.error(error);
    process.exitCode = 1;
  });
