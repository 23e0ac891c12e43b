import assert from 'node:assert/strict';
import { evaluate, permutationNull } from '../../../src/measures/index.js';
import { normals, random } from '../../../src/numerics/random.js';
import {
  beatsNull,
  type Candidate,
  interval,
  jackknifeGroups,
  rank,
} from '../../../src/ranking/index.js';
import { jackknifeCovariance } from '../../../src/ranking/jackknife.js';
import { measureInput, outputsOf, profilesOf, randomLabels } from '../../support/measureInput.js';

const noSignal = Float64Array.from([-3, -3.01, -2.99, -3.02]);

/** Candidates that are means of correlated samples, with what is left without each sample. */
function means(seed: number, shifts: readonly number[], n = 50): Candidate[] {
  const normal = normals(random(seed));
  const common = Array.from({ length: n }, normal);
  return shifts.map((shift, k) => {
    const values = common.map(c => shift + c + normal());
    const sum = values.reduce((a, b) => a + b, 0);
    const replicates = Float64Array.from(values, v => (sum - v) / (n - 1));
    return { id: `model ${k}`, value: sum / n, replicates, nullValues: noSignal };
  });
}

const total = (p: Record<string, number>) => Object.values(p).reduce((a, b) => a + b, 0);

describe('interval', () => {
  it("is Student's for a mean, one sample left out at a time", () => {
    const values = [3, 5, 4, 8, 1];
    const mean = 4.2;
    const replicates = Float64Array.from(values, v => (21 - v) / 4);
    const error = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / 4 / 5);
    const { low, high } = interval(mean, replicates);
    assert.ok(Math.abs((low ?? 0) - (mean - 2.7764451051977934 * error)) < 1e-12);
    assert.ok(Math.abs((high ?? 0) - (mean + 2.7764451051977934 * error)) < 1e-12);
  });

  it('is narrower, and never too narrow, for a score that is nothing but interactions once they are known', () => {
    // S = Σ_{i<j} x_i x_j over pairs: variance G (G - 1) / 2, which the jackknife doubles.
    const count = 20;
    let jackknife = 0;
    let corrected = 0;
    const normal = normals(random(12));
    for (let d = 0; d < 2000; d++) {
      const x = Array.from({ length: count }, normal);
      const pairs = (list: number[]) => {
        const sum = list.reduce((a, b) => a + b, 0);
        const mean = (sum ** 2 - list.reduce((a, b) => a + b * b, 0)) / 2;
        return mean / ((list.length * (list.length - 1)) / 2);
      };
      const value = pairs(x);
      const left = x.map((_, g) => pairs(x.filter((_, i) => i !== g)));
      const q: number[] = [];
      for (let g = 0; g < count; g++)
        for (let h = 0; h < g; h++)
          q.push(
            count * value -
              (count - 1) * (left[g] + left[h]) +
              (count - 2) * pairs(x.filter((_, i) => i !== g && i !== h)),
          );
      const mean = q.reduce((a, b) => a + b, 0) / q.length;
      const interaction = q.reduce((s, v) => s + (v - mean) ** 2, 0) / (count * (count - 1));
      const replicates = Float64Array.from(left);
      const squared = (given: number | null) =>
        ((interval(value, replicates, { interaction: given }).high ?? 0) - value) ** 2 /
        2.093024054408263 ** 2;
      jackknife += squared(null) / 2000;
      corrected += squared(interaction) / 2000;
    }
    const variance = 2 / (count * (count - 1));
    assert.ok(Math.abs(jackknife / variance - 2) < 0.3, `${jackknife / variance}`);
    assert.ok(corrected < 0.8 * jackknife, `${corrected / jackknife}`);
    assert.ok(corrected > variance, `${corrected / variance}`);
  });

  it('takes a variance that the measure knows in place of the jackknife’s, unless that is smaller', () => {
    const values = Float64Array.of(1, 2, 3, 4, 6);
    const jackknife = jackknifeCovariance([values])[0];
    const half = (variance: number | null) =>
      ((interval(3, values, { interaction: 5, variance }).high ?? 0) - 3) / 2.7764451051977934;
    assert.ok(Math.abs(half(0.25) - 0.5) < 1e-12);
    assert.ok(Math.abs(half(1e3) - Math.sqrt(jackknife)) < 1e-12);
    assert.ok(Math.abs(half(null) - Math.sqrt(jackknife - 5)) < 1e-12);
  });

  it('is not given where there is nothing to give', () => {
    const none = { low: null, high: null };
    assert.deepEqual(interval(1, Float64Array.of(1)), none);
    assert.deepEqual(interval(1, Float64Array.of(1, Number.NaN, 2)), none);
  });
});

describe('rank', () => {
  it('orders by value and declares a clear leader', () => {
    const ranking = rank(means(1, [0, 3, -3]), { seed: 1 });
    assert.deepEqual(ranking.order, ['model 1', 'model 0', 'model 2']);
    assert.equal(ranking.winner, 'model 1');
    assert.deepEqual(ranking.ties, [['model 1'], ['model 0'], ['model 2']]);
    assert.ok(ranking.probabilityBest['model 1'] > 0.999);
  });

  it('does not depend on the order of the candidates', () => {
    const candidates = means(2, [0, 0.1, 0.2, 0.1, -1]);
    const expected = rank(candidates, { seed: 3 });
    for (const order of [
      [4, 3, 2, 1, 0],
      [2, 0, 4, 1, 3],
    ])
      assert.deepEqual(
        rank(
          order.map(k => candidates[k]),
          { seed: 3 },
        ),
        expected,
      );
  });

  it('gives probabilities that sum to one, ordered as the candidates that vary alike', () => {
    const { probabilityBest, order } = rank(means(4, [0, 0.1, 0.2, 0.15]), { seed: 1 });
    assert.ok(Math.abs(total(probabilityBest) - 1) < 1e-9);
    assert.equal(Object.keys(probabilityBest).length, 4);
    assert.ok(probabilityBest[order[0]] > probabilityBest[order[3]]);
  });

  it('gives the probability of the normal for two: Φ(difference / its standard error)', () => {
    const candidates = means(5, [0, 0.3], 200);
    const [a, b] = candidates;
    const difference = Float64Array.from(
      a.replicates ?? [],
      (v, g) => v - (b.replicates?.[g] ?? 0),
    );
    const { low } = interval(0, difference);
    const error = -(low ?? 0) / 1.9719565442517533;
    const z = (a.value - b.value) / error;
    // The normal distribution function by the error function's series (Abramowitz and Stegun 7.1.26).
    const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
    const tail =
      (0.5 *
        t *
        (0.254829592 +
          t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))) /
      Math.exp((z * z) / 2);
    const expected = z > 0 ? 1 - tail : tail;
    const found = rank(candidates, { seed: 1 }).probabilityBest['model 0'];
    assert.ok(Math.abs(found - expected) < 0.02, `${found}, ${expected}`);
  });

  it('ties identical models and shares the probability among them', () => {
    const [a, b, c] = means(6, [1, 0, -4]);
    const twin = { ...a, id: 'twin' };
    const ranking = rank([b, twin, c, a], { seed: 1 });
    assert.deepEqual(ranking.ties[0], ['model 0', 'twin']);
    assert.equal(ranking.winner, null);
    const { probabilityBest: p } = ranking;
    assert.ok(Math.abs(p.twin - p['model 0']) < 1e-9);
    assert.ok(Math.abs(total(p) - 1) < 1e-9);
  });

  it('puts one that is told from the leader of a tier after those that are not, whatever their values', () => {
    const [leader, other] = means(3, [0, 0], 50);
    const shifted = (id: string, by: number, from: Candidate): Candidate => ({
      ...from,
      id,
      value: leader.value - by,
      replicates: (from.replicates ?? new Float64Array()).map(
        v => v - from.value + leader.value - by,
      ),
    });
    // The same errors as the leader's, so that any difference is certain; and errors of its own.
    const near = shifted('near', 0.01, leader);
    const far = shifted('far', 0.02, other);
    const { order, ties, winner } = rank([near, far, leader], { seed: 0 });
    assert.deepEqual(ties, [[leader.id, 'far'], ['near']]);
    assert.deepEqual(order, [leader.id, 'far', 'near']);
    assert.equal(winner, null);
  });

  it('does not tell apart what differs by less than float32 outputs can say', () => {
    const [a] = means(7, [1]);
    const almost = {
      ...a,
      id: 'almost',
      value: a.value + 1e-8,
      replicates: Float64Array.from(a.replicates ?? [], v => v + 1e-8),
    };
    assert.deepEqual(rank([a, almost], { seed: 1 }).ties, [['almost', 'model 0']]);
  });

  it('tells apart what differs by the same amount whatever is left out', () => {
    const [a] = means(8, [1]);
    const replicates = Float64Array.from(a.replicates ?? [], v => v - 0.5);
    const below = { ...a, id: 'below', value: a.value - 0.5, replicates };
    assert.equal(rank([a, below], { seed: 1 }).winner, 'model 0');
  });

  it('declares nobody who is not better than shuffled labels', () => {
    const candidates = means(9, [3, 0, -1]);
    const high = Float64Array.of(2.9, 3.1, 3, 3.2, 2.8);
    const unknown = candidates.map(c => ({ ...c, nullValues: null }));
    const noisy = candidates.map(c => ({ ...c, nullValues: high }));
    for (const list of [unknown, noisy]) {
      const { winner, ties } = rank(list, { seed: 1 });
      assert.equal(winner, null);
      assert.deepEqual(ties[0], ['model 0']);
    }
  });

  it('declares a single model only if it is better than shuffled labels', () => {
    const [one] = means(10, [2]);
    assert.deepEqual(rank([one], { seed: 1 }), {
      order: ['model 0'],
      winner: 'model 0',
      ties: [['model 0']],
      probabilityBest: { 'model 0': 1 },
    });
    assert.equal(rank([{ ...one, nullValues: null }], { seed: 1 }).winner, null);
    assert.equal(rank([{ ...one, replicates: null }], { seed: 1 }).winner, 'model 0');
  });

  it('only orders where an interval is missing', () => {
    const [a, b] = means(11, [3, 0]);
    assert.deepEqual(rank([b, { ...a, replicates: null }], { seed: 1 }), {
      order: ['model 0', 'model 1'],
      winner: null,
      ties: [['model 0', 'model 1']],
      probabilityBest: {},
    });
    assert.deepEqual(rank([], { seed: 1 }).order, []);
  });

  for (const [m, count, most] of [
    // Two models meet the 5 % exactly: of 400 draws 20, with a standard error of 4.4.
    [2, 400, 29],
    [10, 150, 7],
  ])
    it(`tells the leader of ${m} with equal expectations from the rest in 5 % of draws at most`, () => {
      let winners = 0;
      for (let seed = 0; seed < count; seed++) {
        const candidates = means(1000 * m + seed, new Array(m).fill(0), 30);
        if (rank(candidates, { seed }).winner !== null) winners++;
      }
      assert.ok(winners <= most, `${winners} of ${count}`);
    }).timeout(180_000);
});

describe('beatsNull', () => {
  it('wants more than the permutations vary', () => {
    const values = Float64Array.of(-1, -1.1, -0.9, -1.05, -0.95);
    assert.equal(beatsNull(-0.9, values), false);
    assert.equal(beatsNull(-0.5, values), true);
  });

  it('wants more than every permutation gave, whatever their spread', () => {
    const heap = new Float64Array(20).fill(-1);
    heap[7] = -0.5;
    assert.equal(beatsNull(-0.6, heap), false);
    assert.equal(beatsNull(-0.4, heap), true);
  });

  it('is not impressed by rounding where permutations change nothing', () => {
    assert.equal(beatsNull(-1 + 1e-15, new Float64Array(20).fill(-1)), false);
  });

  it('says no when nothing is known', () => {
    assert.equal(beatsNull(0, null), false);
    assert.equal(beatsNull(0, Float64Array.of(-9)), false);
  });
});

describe('a winner on pure noise', () => {
  for (const [m, draws] of [
    [1, 400],
    [3, 400],
    [10, 150],
  ])
    it(`is declared in at most 5 % of ${draws} draws of ${m} models`, async () => {
      let winners = 0;
      for (let seed = 0; seed < draws; seed++) {
        const next = random(100_000 * m + seed);
        const labels = randomLabels(40, 4, next);
        const { groups, groupCount } = jackknifeGroups(40, seed);
        const candidates: Candidate[] = [];
        const inputs = [];
        for (let k = 0; k < m; k++) {
          // Sources of different size and sharpness: their expectations under noise differ, and still nobody may win.
          const width = 5 + 5 * (k % 3);
          const theta = outputsOf(labels, profilesOf(4, width, 0, next), width, 1 + (k % 2), next);
          const input = measureInput(theta, labels, { targetClasses: 4, groups, groupCount });
          const { value, replicates } = (await evaluate(['leepLoo'], input)).scores.leepLoo;
          inputs.push(input);
          candidates.push({ id: `${k}`, value, replicates, nullValues: null });
        }
        const best = candidates.reduce((a, b) => (b.value > a.value ? b : a));
        best.nullValues = await permutationNull('leepLoo', inputs[Number(best.id)], {
          seed,
          count: 20,
        });
        if (rank(candidates, { seed }).winner !== null) winners++;
      }
      assert.ok(winners <= 0.05 * draws, `${winners} of ${draws}`);
    }).timeout(180_000);
});
