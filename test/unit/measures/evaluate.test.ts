import assert from 'node:assert/strict';
import {
  defaultMeasures,
  evaluate,
  headlines,
  measureIds,
  permutationNull as nullOf,
} from '../../../src/measures/index.js';
import { random } from '../../../src/numerics/random.js';
import { Cancelled, TransferLensError } from '../../../src/protocol/notice.js';
import { measureInput, outputsOf, profilesOf, randomLabels } from '../../support/measureInput.js';
import { naiveLeaveOneOut, naiveLeep, naiveNce } from './naive.js';

const ids = ['leep', 'leepLoo', 'nce'];

function sample(seed: number, n: number, targetClasses: number, sourceClasses: number) {
  const next = random(seed);
  const labels = randomLabels(n, targetClasses, next);
  const profiles = profilesOf(targetClasses, sourceClasses, 0.7, next);
  const theta = outputsOf(labels, profiles, sourceClasses, 2, next);
  // A source class that is never predicted, as real models have them.
  for (let i = 0; i < n; i++) theta[i * sourceClasses + 2] = 0;
  const groups = Int32Array.from({ length: n }, () => Math.floor(next() * 8));
  return { labels, theta, groups };
}

function rowsOf(theta: Float64Array, count: number): number[][] {
  const width = theta.length / count;
  return Array.from({ length: count }, (_, i) => [...theta.subarray(i * width, (i + 1) * width)]);
}

const naive: Record<string, (theta: number[][], labels: number[]) => number> = {
  leep: naiveLeep,
  leepLoo: naiveLeaveOneOut,
  nce: naiveNce,
};

describe('evaluate', () => {
  it('equals the measures written down naively, with unequal blocks and groups', async () => {
    const { labels, theta } = sample(1, 83, 5, 7);
    const rows = rowsOf(theta, 83);
    for (const blockRows of [1, 10, 83]) {
      const { scores } = await evaluate(ids, measureInput(theta, labels, { blockRows }));
      for (const id of ids) {
        const expected = naive[id](rows, [...labels]);
        assert.ok(Math.abs(scores[id].value - expected) < 1e-12, `${id}: ${scores[id].value}`);
      }
    }
  });

  for (const [what, count, each] of [
    ['groups', 8, null],
    ['single samples', 83, 1],
  ] as const)
    it(`replicates equal a re-evaluation of what is left without ${what}`, async () => {
      const { labels, theta, groups } = sample(2, 83, 5, 7);
      // One class has a single sample, so that leaving it out leaves a class fewer.
      labels.forEach((y, i) => {
        if (y === 4) labels[i] = i % 4;
      });
      labels[17] = 4;
      const leftOut = each ? Int32Array.from(labels, (_, i) => i) : groups;
      const input = measureInput(theta, labels, { groups: leftOut, groupCount: count });
      const { scores } = await evaluate(ids, input);
      const rows = rowsOf(theta, 83);
      for (let g = 0; g < count; g++) {
        const rest = [...labels.keys()].filter(i => leftOut[i] !== g);
        for (const id of ids) {
          const expected = naive[id](
            rest.map(i => rows[i]),
            rest.map(i => labels[i]),
          );
          const found = scores[id].replicates?.[g] ?? Number.NaN;
          assert.ok(
            Math.abs(found - expected) < 1e-10,
            `${id} without ${g}: ${found}, ${expected}`,
          );
        }
      }
    });

  it('gives the variance of interactions as Efron and Stein define it, for measures of counts', async () => {
    const { labels, theta, groups } = sample(12, 61, 3, 7);
    const { scores } = await evaluate(ids, measureInput(theta, labels, { groups, groupCount: 8 }));
    const rows = rowsOf(theta, 61);
    const without = (...left: number[]) => {
      const rest = [...labels.keys()].filter(i => !left.includes(groups[i]));
      return naiveNce(
        rest.map(i => rows[i]),
        rest.map(i => labels[i]),
      );
    };
    const q: number[] = [];
    for (let g = 0; g < 8; g++)
      for (let h = 0; h < g; h++)
        q.push(8 * without() - 7 * (without(g) + without(h)) + 6 * without(g, h));
    const mean = q.reduce((a, b) => a + b, 0) / q.length;
    const expected = q.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (8 * 7);
    assert.ok(Math.abs((scores.nce.interaction ?? 0) - expected) < 1e-12);
    assert.equal(scores.leepLoo.interaction, null);
  });

  it('replicates are the same when the groups are too large to be held at once', async () => {
    // 40 groups x 100 classes x 2200 source classes are 70 MB of joints: two chunks.
    const next = random(3);
    const [n, classes, width] = [4000, 100, 2200];
    const labels = Int32Array.from({ length: n }, (_, i) => i % classes);
    const theta = new Float32Array(n * width);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < 20; k++) theta[i * width + Math.floor(next() * width)] += 0.05;
    const groups = Int32Array.from({ length: n }, (_, i) => Math.floor(i / 100));
    const input = measureInput(theta, labels, { groups, groupCount: 40, blockRows: 500 });
    const { scores } = await evaluate(ids, input);
    for (const g of [0, 39]) {
      const rest = [...labels.keys()].filter(i => groups[i] !== g);
      const part = new Float32Array(rest.length * width);
      rest.forEach((i, k) => {
        part.set(theta.subarray(i * width, (i + 1) * width), k * width);
      });
      const remaining = measureInput(
        part,
        rest.map(i => labels[i]),
        { blockRows: 500 },
      );
      const expected = await evaluate(ids, remaining);
      for (const id of ids)
        assert.ok(
          Math.abs((scores[id].replicates?.[g] ?? 0) - expected.scores[id].value) < 1e-10,
          `${id} without ${g}`,
        );
    }
  }).timeout(20_000);

  it('gives the joint in samples, soft and hard', async () => {
    const theta = Float64Array.from([0.75, 0.25, 0.5, 0.5, 0.125, 0.875]);
    const { joint } = await evaluate(['nce'], measureInput(theta, [0, 1, 1]));
    assert.deepEqual([...joint.soft], [0.75, 0.25, 0.625, 1.375]);
    // The second row is a tie: the first maximum wins.
    assert.deepEqual([...joint.hard], [1, 0, 1, 1]);
  });

  it('gives the same for float32 and float64 blocks of the same numbers', async () => {
    const { labels, theta, groups } = sample(4, 60, 3, 6);
    const single = Float32Array.from(theta);
    const options = { groups, groupCount: 8 };
    assert.deepEqual(
      await evaluate(ids, measureInput(single, labels, options)),
      await evaluate(ids, measureInput(Float64Array.from(single), labels, options)),
    );
  });

  it('does not trust in-sample scores of few samples, and says why', async () => {
    const next = random(5);
    const labels = randomLabels(100, 10, next);
    const noise = outputsOf(labels, profilesOf(10, 50, 0, next), 50, 6, next);
    const { scores } = await evaluate(ids, measureInput(noise, labels));
    for (const id of ['leep', 'nce']) {
      assert.equal(scores[id].valid, false);
      assert.match(scores[id].note ?? '', /^100 samples are few for \d+ source classes/);
    }
    assert.equal(scores.leepLoo.valid, true);
    // A source that says nothing has nothing to fit, however many classes it has.
    const uniform = new Float64Array(100 * 50).fill(1 / 50);
    assert.equal((await evaluate(['leep'], measureInput(uniform, labels))).scores.leep.valid, true);
  });

  it('scores a single target class as zero and says that it means nothing', async () => {
    const theta = Float64Array.from([0.9, 0.1, 0.2, 0.8]);
    const { scores } = await evaluate(ids, measureInput(theta, [0, 0]));
    for (const id of ids) {
      assert.ok(Math.abs(scores[id].value) < 1e-12);
      assert.equal(scores[id].valid, false);
      assert.match(scores[id].note ?? '', /of one class/);
    }
  });

  it('has no replicates where there is one group', async () => {
    const { labels, theta } = sample(6, 40, 3, 6);
    const { scores } = await evaluate(ids, measureInput(theta, labels));
    for (const id of ids) assert.equal(scores[id].replicates, null);
  });

  it('stops when it is cancelled, and lets other tasks run meanwhile', async () => {
    const { labels, theta } = sample(7, 2000, 10, 200);
    const groups = Int32Array.from(labels, (_, i) => i % 200);
    const input = measureInput(theta, labels, { groups, groupCount: 200, blockRows: 2000 });
    const controller = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => {
      if (++ticks === 2) controller.abort();
    }, 1);
    await assert.rejects(evaluate(ids, input, controller.signal), Cancelled);
    clearInterval(timer);
  });

  it('names the measures there are when asked for another', async () => {
    const { labels, theta } = sample(8, 20, 2, 4);
    await assert.rejects(
      evaluate(['leap'], measureInput(theta, labels)),
      (error: unknown) =>
        error instanceof TransferLensError &&
        error.notice.code === 'measure.unknown' &&
        error.message.includes('leepLoo, leep, nce'),
    );
  });

  it('refuses outputs that do not cover the labels', async () => {
    const { labels, theta } = sample(9, 20, 2, 4);
    const input = measureInput(theta, labels);
    const longer = { ...input, labels: new Int32Array(21), groups: new Int32Array(21) };
    await assert.rejects(evaluate(ids, longer), /fewer rows/);
  });

  it('computes the default measures and ranks by one of them', () => {
    for (const id of [...defaultMeasures, ...Object.values(headlines)])
      assert.ok(measureIds.includes(id));
  });
});

/** Of a measure that has one. */
async function permutationNull(...args: Parameters<typeof nullOf>): Promise<Float64Array> {
  const values = await nullOf(...args);
  assert.ok(values);
  return values;
}

describe('permutationNull', () => {
  it('is seeded, and more permutations begin with the same', async () => {
    const { labels, theta } = sample(10, 60, 4, 6);
    const input = measureInput(theta, labels);
    for (const id of ids) {
      const values = await permutationNull(id, input, { seed: 3, count: 5 });
      const again = await permutationNull(id, input, { seed: 3, count: 2 });
      assert.deepEqual(values.subarray(0, 2), again);
      const other = await permutationNull(id, input, { seed: 4, count: 2 });
      assert.notDeepEqual(other, again);
    }
  });

  it('lies where shuffling the labels by hand puts it', async () => {
    const next = random(11);
    const { labels, theta } = sample(11, 200, 4, 6);
    const input = measureInput(theta, labels);
    for (const id of ids) {
      const values = await permutationNull(id, input, { seed: 1, count: 200 });
      const byHand: number[] = [];
      for (let k = 0; k < 200; k++) {
        const order = [...labels].map(y => ({ y, key: next() })).sort((a, b) => a.key - b.key);
        const permuted = measureInput(
          theta,
          order.map(o => o.y),
        );
        byHand.push((await evaluate([id], permuted)).scores[id].value);
      }
      const [a, b] = [[...values], byHand].map(list => {
        const mean = list.reduce((x, y) => x + y, 0) / list.length;
        const variance = list.reduce((x, y) => x + (y - mean) ** 2, 0) / (list.length - 1);
        return { mean, variance };
      });
      const error = Math.sqrt((a.variance + b.variance) / 200);
      assert.ok(Math.abs(a.mean - b.mean) < 4 * error, `${id}: mean ${a.mean}, ${b.mean}`);
      assert.ok(Math.abs(Math.log(a.variance / b.variance)) < 0.6, `${id}: variance`);
      // And the real labels stand out of it.
      const { value } = (await evaluate([id], input)).scores[id];
      assert.ok(value > Math.max(...values), id);
    }
  });
});
