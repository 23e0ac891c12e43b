import assert from 'node:assert/strict';
import type { Regime } from '../../../src/measures/measure.js';
import { leepOf, nLeep } from '../../../src/measures/nLeep.js';
import { componentsOfEnergy } from '../../../src/measures/parts/pca.js';
import { expect, fitMixture, maximise } from '../../../src/measures/parts/sphericalMixture.js';
import type { FeatureData } from '../../../src/measures/passes/featureData.js';
import { normals, random } from '../../../src/numerics/random.js';
import { near } from '../../support/near.js';
import {
  awkwardSets,
  dataOf,
  groupsOf,
  hidden,
  mapped,
  normalSet,
  partOf,
  referenceCases,
} from './featureSets.js';

const scoreOf = async (data: FeatureData) => (await nLeep.fit(data)).value;
const deviationOf = (values: number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1));
};

/** LEEP under a mixture that nothing is fitted for: class means, one variance, equal weights. */
async function givenOf(data: FeatureData) {
  const { n, labels } = data;
  const { count: d, scores } = await componentsOfEnergy(data, 0.8);
  const classes = [...new Set(labels)];
  const means = new Float64Array(classes.length * d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) {
      const y = labels[i];
      means[classes.indexOf(y) * d + j] += scores[i * d + j] / data.counts.ofClass[y];
    }
  let variance = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++)
      variance += (scores[i * d + j] - means[classes.indexOf(labels[i]) * d + j]) ** 2 / (n * d);
  const mixture = {
    weights: new Float64Array(classes.length).fill(1 / classes.length),
    means,
    variances: new Float64Array(classes.length).fill(variance),
  };
  const posterior = await expect({ n, d, values: scores }, mixture, data);
  return { d, variance, value: leepOf(posterior, labels, data.targetClasses) };
}

describe('N-LEEP', () => {
  for (const set of referenceCases())
    it(`equals the reference value of a given mixture: ${set.name}`, async () => {
      const expected = set.expected.nLeepGiven;
      for (const data of [dataOf(set), dataOf(set, { blockRows: 1 }), hidden(set)]) {
        const { d, variance, value } = await givenOf(data);
        assert.equal(d, expected.components);
        near(variance, expected.variance, 1e-9, 'variance');
        near(value, expected.value, 1e-6, 'value');
      }
    });

  it('is the same each time, and whatever the scale of the features', async () => {
    const set = normalSet({ n: 80, d: 6, targetClasses: 4, seed: 6, spread: 0.7 });
    const value = await scoreOf(dataOf(set));
    assert.equal(await scoreOf(dataOf(set)), value);
    const scaled = mapped(set, x => x.map(v => v / 1024));
    near(await scoreOf(dataOf(scaled)), value, 1e-9, 'scaled');
  });

  it('is between minus the entropy of the labels, nearly, and zero', async () => {
    const far = normalSet({ n: 120, d: 6, targetClasses: 3, seed: 8, spread: 40 });
    near(await scoreOf(dataOf(far)), 0, 1e-9, 'classes far apart');
    const noise = normalSet({ n: 3000, d: 6, targetClasses: 3, seed: 8, spread: 0 });
    const value = await scoreOf(dataOf(noise));
    assert.ok(value > -Math.log(3) && value < -Math.log(3) + 0.02, `${value}`);
  });

  it('says how it was fitted', async () => {
    const set = normalSet({ n: 200, d: 6, targetClasses: 4, seed: 6, spread: 0.7 });
    const { details } = await nLeep.fit(dataOf(set));
    assert.equal(details?.clusters, 20);
    const { deviation } = details ?? {};
    assert.ok(deviation !== undefined && deviation > 0 && deviation < 0.2, `${deviation}`);
    const few = await nLeep.fit(dataOf(partOf(set, i => i < 60)));
    assert.equal(few.details?.clusters, 12);
    const regime = { n: 19, targetClasses: 4 } as Regime;
    assert.equal(nLeep.invalid?.(regime)?.code, 'measure.fewForClusters');
    assert.equal(nLeep.invalid?.({ ...regime, n: 20 }), null);
  });

  it('fits its mixtures once for all labels', async () => {
    const set = normalSet({ n: 90, d: 4, targetClasses: 3, seed: 9 });
    const data = dataOf(set);
    await nLeep.fit(data);
    const relabelled = data.relabelled(set.labels.map((_, i) => set.labels[(i * 31) % 90]));
    let passes = 0;
    const blocks = relabelled.blas.multiply;
    relabelled.blas.multiply = (...product) => {
      passes++;
      return blocks(...product);
    };
    try {
      const { value } = await nLeep.fit(relabelled);
      assert.ok(Number.isFinite(value));
    } finally {
      relabelled.blas.multiply = blocks;
    }
    assert.equal(passes, 0);
  });

  it('has a standard error near the deviation of the score over data sets', async () => {
    // Without groups the mixture only adapts; cold fits would give about twice as much.
    const sets = Array.from({ length: 14 }, (_, k) => {
      const all = normalSet({ n: 14 * 200, d: 6, targetClasses: 4, seed: 5, spread: 0.7 });
      return partOf(all, i => Math.floor(i / 200) === k);
    });
    const groups = groupsOf(200, 10);
    const values: number[] = [];
    let variance = 0;
    for (const set of sets) {
      const { value, without } = await nLeep.fit(dataOf(set, { groups }));
      values.push(value);
      const left: number[] = [];
      for (let g = 0; g < 10; g++) left.push((await without?.(g)) ?? Number.NaN);
      variance += (deviationOf(left) ** 2 * 81) / 10 / sets.length;
    }
    const ratio = Math.sqrt(variance) / deviationOf(values);
    assert.ok(ratio > 0.5 && ratio < 1.8, `${ratio}`);
  });

  it('without a group is near a fit on the rest', async () => {
    const set = normalSet({ n: 300, d: 5, targetClasses: 3, seed: 10, spread: 1 });
    const groups = groupsOf(300, 10);
    const { without } = await nLeep.fit(dataOf(set, { groups }));
    for (const g of [2, 7]) {
      const rest = await nLeep.fit(dataOf(partOf(set, i => groups[i] !== g)));
      near((await without?.(g)) ?? Number.NaN, rest.value, 0.05, `group ${g}`);
    }
  });

  for (const [name, set, targetClasses] of awkwardSets())
    it(`is finite or says why: ${name}`, async () => {
      const { value, doubt } = await nLeep.fit(dataOf(set, { targetClasses }));
      if (name === 'only constant features') assert.ok(doubt && Number.isNaN(value));
      else assert.ok(value <= 1e-12 && value > -3, `${value}`);
    });
});

describe('a mixture of spherical Gaussians', () => {
  const points = (n: number) => {
    const normal = normals(random(3));
    const values = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) {
      const scale = i % 3 === 0 ? 0.5 : 2;
      values[2 * i] = (i % 3 === 0 ? 10 : 0) + scale * normal();
      values[2 * i + 1] = scale * normal();
    }
    return { n, d: 2, values };
  };

  it('finds the Gaussians that points were drawn from', async () => {
    const data = dataOf(normalSet({ n: 3, d: 1, targetClasses: 1, seed: 1 }));
    const { mixture } = await fitMixture(points(6000), 2, 1e-9, 1, data);
    const a = mixture.weights[0] < 0.5 ? 0 : 1;
    near(mixture.weights[a], 1 / 3, 0.02, 'weight');
    near(mixture.means[2 * a], 10, 0.02, 'mean');
    near(mixture.means[2 * (1 - a)], 0, 0.2, 'other mean');
    near(mixture.variances[a], 0.25, 0.02, 'variance');
    near(mixture.variances[1 - a], 4, 0.05, 'other variance');
  });

  it('never loses likelihood in a round, and has posteriors that are distributions', async () => {
    const data = dataOf(normalSet({ n: 3, d: 1, targetClasses: 1, seed: 1 }));
    const some = points(700);
    let { mixture, posterior } = await fitMixture(some, 7, 1e-9, 2, data);
    for (let round = 0; round < 5; round++) {
      mixture = await maximise(some, posterior, 7, 1e-9, data.pace);
      const next = await expect(some, mixture, data);
      assert.ok(next.logLikelihood >= posterior.logLikelihood - 1e-7);
      posterior = next;
    }
    for (let i = 0; i < 700; i++) {
      const own = posterior.values.subarray(posterior.starts[i], posterior.starts[i + 1]);
      near(
        own.reduce((a, b) => a + b, 0),
        1,
        1e-12,
        'sum',
      );
    }
  });

  it('has no more components than there are different points', async () => {
    const data = dataOf(normalSet({ n: 3, d: 1, targetClasses: 1, seed: 1 }));
    const values = Float64Array.from({ length: 40 }, (_, i) => Math.floor(i / 2) % 4);
    const { mixture } = await fitMixture({ n: 20, d: 2, values }, 9, 1e-6, 1, data);
    assert.equal(mixture.weights.length, 4);
  });
});
