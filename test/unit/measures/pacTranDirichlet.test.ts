import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate, permutationNull } from '../../../src/measures/index.js';
import { pacTranDirichlet } from '../../../src/measures/pacTranDirichlet.js';
import { Pace } from '../../../src/measures/passes/pace.js';
import { random, shuffle } from '../../../src/numerics/random.js';
import { logGamma } from '../../../src/numerics/student.js';
import { measureInput, outputsOf, profilesOf, randomLabels } from '../../support/measureInput.js';
import { readNpz } from '../../support/npz.js';
import { root } from '../../support/referenceData.js';

const folder = join(root, 'test', 'golden', 'measures');
const { tiny, ...cases } = JSON.parse(readFileSync(join(folder, 'pactran.json'), 'utf8'));

async function score(theta: Float64Array | Float32Array, labels: ArrayLike<number>, options = {}) {
  const { scores } = await evaluate(['pacTranDirichlet'], measureInput(theta, labels, options));
  return scores.pacTranDirichlet;
}

const near = (a: number, b: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${what}: ${a}, ${b}`);

/** ln of the probability of labels drawn from one Dirichlet with the prior of all labels, one source class after the other. */
function evidence(labels: number[], source: number[], targetClasses: number): number {
  const prior = Array.from({ length: targetClasses }, (_, c) => labels.filter(y => y === c).length);
  return [...new Set(source)].reduce((sum, z) => {
    const own = labels.filter((_, i) => source[i] === z);
    const classes = prior.map((count, c) => {
      const a = count / labels.length;
      return a > 0 ? logGamma(a + own.filter(y => y === c).length) - logGamma(a) : 0;
    });
    return sum - logGamma(1 + own.length) + classes.reduce((a, b) => a + b, 0);
  }, 0);
}

function drawn(n: number, targetClasses: number, sourceClasses: number, seed: number) {
  const next = random(seed);
  const labels = [...randomLabels(n, targetClasses, next)];
  const profiles = profilesOf(targetClasses, sourceClasses, 0.8, next);
  return { labels, theta: outputsOf(labels, profiles, sourceClasses, 2, next) };
}

describe('PACTran with a Dirichlet prior', () => {
  for (const [name, expected] of Object.entries(cases) as [
    string,
    Record<string, { bound: number }>,
  ][])
    it(`equals the reference values: ${name}`, async () => {
      const { probs, labels } = readNpz(join(folder, `${name}.npz`));
      const { value } = await score(probs.data as Float32Array, Int32Array.from(labels.data));
      near(value, expected.pacTranDirichlet.bound, 1e-9, name);
    });

  it('bounds the evidence from below, which summing over all source classes gives', async () => {
    const { value } = await score(Float64Array.from(tiny.probs.flat()), tiny.labels);
    near(value, tiny.pacTranDirichlet.bound, 1e-12, 'bound');
    assert.ok(value < tiny.pacTranDirichlet.evidence);
  });

  it('is the evidence itself where the source class is certain', async () => {
    const next = random(3);
    const labels = [...randomLabels(60, 4, next)];
    for (const sourceClasses of [1, 7]) {
      const source = labels.map(() => Math.floor(next() * sourceClasses));
      const theta = new Float64Array(60 * sourceClasses);
      source.forEach((z, i) => {
        theta[i * sourceClasses + z] = 1;
      });
      near((await score(theta, labels)).value, evidence(labels, source, 4) / 60, 1e-12, 'one-hot');
    }
  });

  it('does not depend on the order of samples, source classes or target classes, nor on dead or missing ones', async () => {
    const [n, wide] = [50, 6];
    const { labels, theta } = drawn(n, 3, wide, 5);
    const { value } = await score(theta, labels);
    const next = random(6);
    const order = (size: number) =>
      shuffle(
        Int32Array.from({ length: size }, (_, i) => i),
        next,
      );
    const [rows, columns] = [order(n), order(wide)];
    const names = [4, 0, 2];
    const moved = new Float64Array(n * (wide + 1));
    rows.forEach((row, i) => {
      columns.forEach((column, z) => {
        moved[i * (wide + 1) + z] = theta[row * wide + column];
      });
    });
    const renamed = Array.from(rows, row => names[labels[row]]);
    near((await score(moved, renamed, { targetClasses: 6 })).value, value, 1e-12, 'moved');
  });

  it('leaves groups out much as a new fit would', async () => {
    const [n, groupCount, sourceClasses] = [240, 12, 9];
    const { labels, theta } = drawn(n, 4, sourceClasses, 8);
    const groups = Int32Array.from({ length: n }, (_, i) => (i * 7) % groupCount);
    const anew: number[] = [];
    for (let g = 0; g < groupCount; g++) {
      const rows = labels.map((_, i) => i).filter(i => groups[i] !== g);
      const left = Float64Array.from(
        rows.flatMap(i => [...theta.subarray(i * sourceClasses, (i + 1) * sourceClasses)]),
      );
      const rest = rows.map(i => labels[i]);
      anew.push((await score(left, rest, { targetClasses: 4 })).value);
    }
    for (const blockRows of [11, 500]) {
      const { replicates } = await score(theta, labels, { groups, groupCount, blockRows });
      assert.ok(replicates);
      const off = Array.from(replicates, (v, g) => v - anew[g]);
      const spread = (list: number[]) => {
        const mean = list.reduce((a, b) => a + b, 0) / list.length;
        return Math.sqrt(list.reduce((sum, v) => sum + (v - mean) ** 2, 0));
      };
      // What the interval is made of: how replicates differ from each other.
      assert.ok(spread(off) < 0.2 * spread(anew), `${spread(off)} of ${spread(anew)}`);
      assert.ok(Math.max(...off.map(Math.abs)) < 0.02, `${off}`);
    }
  });

  it('has values and replicates where others stumble', async () => {
    const { labels, theta } = drawn(24, 3, 5, 9);
    const oneEach = Array.from({ length: 24 }, (_, i) => i);
    const uniform = new Float64Array(24 * 1000).fill(1 / 1000);
    const awkward: [string, Float64Array, number[]][] = [
      ['one sample a class', theta, oneEach],
      ['uniform over many, one sample a class', uniform, oneEach],
      ['one class', theta, labels.map(() => 0)],
    ];
    for (const [name, outputs, y] of awkward) {
      const groups = Int32Array.from(oneEach, i => i % 6);
      const { value, replicates } = await score(outputs, y, { groups, groupCount: 6 });
      assert.ok(Number.isFinite(value) && value <= 0, `${name}: ${value}`);
      assert.ok(replicates?.every(Number.isFinite), name);
    }
  });

  it('finds nothing in a thousand noisy source classes, of a thousand target classes neither', async () => {
    const next = random(4);
    const labels = Int32Array.from({ length: 1000 }, (_, i) => i);
    const noise = outputsOf(labels, profilesOf(1000, 1000, 0, next), 1000, 4, next);
    const groups = Int32Array.from(labels, i => i % 2);
    const { value, replicates } = await score(noise, labels, { groups, groupCount: 2 });
    assert.ok(value < -Math.log(1000) && Number.isFinite(value), `${value}`);
    assert.ok(replicates?.every(Number.isFinite));
    const twenty = labels.map(i => i % 20);
    const good = outputsOf(twenty, profilesOf(20, 10, 0.7, next), 10, 3, next);
    assert.ok((await score(good, twenty)).value > (await score(noise, twenty)).value);
  }).timeout(120_000);

  it('has a null of shuffled labels, which it beats', async () => {
    const { labels, theta } = drawn(60, 3, 5, 10);
    const input = measureInput(theta, labels);
    const values = await permutationNull('pacTranDirichlet', input, { seed: 1, count: 5 });
    const { value } = await pacTranDirichlet.fit(input, new Pace());
    assert.equal(values?.length, 5);
    assert.ok(
      values.every(v => v < value),
      `${values} below ${value}`,
    );
  });
});
