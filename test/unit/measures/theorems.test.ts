import assert from 'node:assert/strict';
import { evaluate } from '../../../src/measures/index.js';
import { random, shuffle } from '../../../src/numerics/random.js';
import { measureInput, outputsOf, profilesOf, randomLabels } from '../../support/measureInput.js';

const ids = ['leep', 'leepLoo', 'nce'];

async function values(theta: Float64Array, labels: ArrayLike<number>, targetClasses?: number) {
  const { scores, joint } = await evaluate(ids, measureInput(theta, labels, { targetClasses }));
  return { ...Object.fromEntries(ids.map(id => [id, scores[id].value])), joint } as Record<
    string,
    number
  > & { joint: { soft: Float64Array; hard: Uint32Array } };
}

function close(a: number, b: number, what: string): void {
  assert.ok(Math.abs(a - b) < 1e-11, `${what}: ${a}, ${b}`);
}

/** Twenty random cases of many shapes. */
function* cases() {
  const next = random(1);
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  for (let k = 0; k < 20; k++) {
    const n = between(10, 120);
    const targetClasses = between(2, 6);
    const sourceClasses = between(2, 30);
    const labels = randomLabels(n, targetClasses, next);
    const profiles = profilesOf(targetClasses, sourceClasses, next(), next);
    const theta = outputsOf(labels, profiles, sourceClasses, 0.3 + 5 * next(), next);
    yield { n, targetClasses, sourceClasses, labels, theta, next };
  }
}

function entropy(labels: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (const y of Array.from(labels)) counts.set(y, (counts.get(y) ?? 0) + 1);
  return [...counts.values()].reduce(
    (h, c) => h - (c / labels.length) * Math.log(c / labels.length),
    0,
  );
}

const permutation = (size: number, next: () => number) =>
  shuffle(
    Int32Array.from({ length: size }, (_, i) => i),
    next,
  );

describe('what holds for every source', () => {
  it('no measure exceeds zero, and NCE is at least -H(Y)', async () => {
    for (const { theta, labels } of cases()) {
      const found = await values(theta, labels);
      for (const id of ids) assert.ok(found[id] <= 0, `${id}: ${found[id]}`);
      assert.ok(found.nce >= -entropy(labels) - 1e-12);
    }
  });

  it('permuting samples, source classes or target classes changes nothing', async () => {
    for (const { n, targetClasses, sourceClasses, labels, theta, next } of cases()) {
      const before = await values(theta, labels, targetClasses);
      const rows = permutation(n, next);
      const columns = permutation(sourceClasses, next);
      const classes = permutation(targetClasses, next);
      const moved = new Float64Array(theta.length);
      rows.forEach((row, i) => {
        columns.forEach((column, z) => {
          moved[i * sourceClasses + z] = theta[row * sourceClasses + column];
        });
      });
      const renamed = Int32Array.from(rows, row => classes[labels[row]]);
      const after = await values(moved, renamed, targetClasses);
      for (const id of ids) close(after[id], before[id], id);
    }
  });

  it('a one-hot source makes LEEP equal to NCE', async () => {
    for (const { n, sourceClasses, labels, next } of cases()) {
      const theta = new Float64Array(n * sourceClasses);
      for (let i = 0; i < n; i++) theta[i * sourceClasses + Math.floor(next() * sourceClasses)] = 1;
      const found = await values(theta, labels);
      close(found.leep, found.nce, 'LEEP and NCE');
    }
  });

  it('a source that says nothing gives LEEP = -H(Y)', async () => {
    for (const { n, sourceClasses, labels, theta } of cases()) {
      // The same distribution for every sample, whatever it is.
      const same = new Float64Array(theta.length);
      for (let i = 0; i < n; i++) same.set(theta.subarray(0, sourceClasses), i * sourceClasses);
      close((await values(same, labels)).leep, -entropy(labels), 'LEEP');
    }
  });

  it('LEEP >= mean ln P(y|z*) + mean ln θ(x)_z*, with P from the soft joint', async () => {
    for (const { n, sourceClasses, targetClasses, labels, theta } of cases()) {
      const { leep, joint } = await values(theta, labels, targetClasses);
      let bound = 0;
      for (let i = 0; i < n; i++) {
        const row = theta.subarray(i * sourceClasses, (i + 1) * sourceClasses);
        const best = row.indexOf(Math.max(...row));
        let marginal = 0;
        for (let y = 0; y < targetClasses; y++) marginal += joint.soft[y * sourceClasses + best];
        const conditional = joint.soft[labels[i] * sourceClasses + best] / marginal;
        bound += (Math.log(conditional) + Math.log(row[best])) / n;
      }
      assert.ok(leep >= bound - 1e-12, `${leep} < ${bound}`);
    }
  });

  it('a source class that no sample ever has changes nothing', async () => {
    for (const { n, sourceClasses, labels, theta } of cases()) {
      const wider = new Float64Array(n * (sourceClasses + 1));
      for (let i = 0; i < n; i++)
        wider.set(
          theta.subarray(i * sourceClasses, (i + 1) * sourceClasses),
          i * (sourceClasses + 1),
        );
      const [before, after] = [await values(theta, labels), await values(wider, labels)];
      for (const id of ids) close(after[id], before[id], id);
    }
  });

  it('a source of a thousand noisy classes fools raw LEEP and not the leave-one-out one', async () => {
    // Two sources, 20 target classes: a good one of 10 classes, and pure noise in 1000.
    for (const n of [100, 200, 500, 1000]) {
      const right = { leep: 0, leepLoo: 0 };
      for (let seed = 0; seed < 20; seed++) {
        const next = random(seed);
        const labels = Int32Array.from({ length: n }, (_, i) => i % 20);
        const good = outputsOf(labels, profilesOf(20, 10, 0.7, next), 10, 3, next);
        const noise = outputsOf(labels, profilesOf(20, 1000, 0, next), 1000, 6, next);
        const [a, b] = [await values(good, labels), await values(noise, labels)];
        if (a.leep > b.leep) right.leep++;
        if (a.leepLoo > b.leepLoo) right.leepLoo++;
      }
      assert.deepEqual(right, { leep: 0, leepLoo: 20 }, `n = ${n}`);
    }
  }).timeout(180_000);
});
