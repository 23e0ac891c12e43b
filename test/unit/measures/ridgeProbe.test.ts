import assert from 'node:assert/strict';
import {
  inverseFactor,
  leaveOneOutError,
  leveragesOf,
  penalties,
  standardProducts,
  totalOf,
  weightsOf,
} from '../../../src/measures/parts/ridge.js';
import { RidgeGroups, refitted } from '../../../src/measures/parts/ridgeGroups.js';
import { standardOf } from '../../../src/measures/parts/standardise.js';
import { numberTargets, oneHot } from '../../../src/measures/parts/targets.js';
import { ridgeProbe } from '../../../src/measures/ridgeProbe.js';
import { cholesky, solveCholesky } from '../../../src/numerics/cholesky.js';
import { near } from '../../support/near.js';
import {
  caseNames,
  comparesWithGolden,
  expected,
  featureData,
  gaussians,
  goldenCase,
  leavesGroupsOut,
  pick,
  type Samples,
  survives,
} from './probeCases.js';

/** R² of leave-one-out predictions by refitting a head for every sample, ridge and deviations given. */
function naive(
  { features, dimension: d, labels }: Samples,
  centre: Float64Array,
  scale: Float64Array,
  columns: Int32Array,
  ridge: number,
): number {
  const n = labels.length;
  const classes = Math.max(...labels) + 1;
  const k = columns.length;
  const design = Array.from({ length: n }, (_, i) => [
    1,
    ...Array.from(columns, (j, a) => (features[i * d + j] - centre[a]) / scale[a]),
  ]);
  let error = 0;
  for (let out = 0; out < n; out++) {
    const a = new Float64Array((k + 1) ** 2);
    const b = new Float64Array((k + 1) * classes);
    design.forEach((z, i) => {
      if (i === out) return;
      for (let p = 0; p <= k; p++) {
        for (let q = 0; q <= k; q++) a[p * (k + 1) + q] += z[p] * z[q];
        b[p * classes + labels[i]] += z[p];
      }
    });
    for (let p = 1; p <= k; p++) a[p * (k + 1) + p] += ridge;
    const l = cholesky(a, k + 1);
    assert.ok(l);
    solveCholesky(l, k + 1, b, classes);
    for (let c = 0; c < classes; c++) {
      let prediction = 0;
      for (let p = 0; p <= k; p++) prediction += design[out][p] * b[p * classes + c];
      error += ((labels[out] === c ? 1 : 0) - prediction) ** 2;
    }
  }
  let total = n;
  for (let c = 0; c < classes; c++) total -= labels.filter(y => y === c).length ** 2 / n;
  return 1 - error / total;
}

async function heldOf(samples: Samples) {
  const data = featureData(samples);
  const standard = await standardOf(data);
  const { details } = await ridgeProbe.fit(data);
  return { ...standard, ridge: (details?.lambda ?? 0) * samples.labels.length };
}

describe('ridge probe', () => {
  comparesWithGolden(ridgeProbe, 'r2', ['accuracy', 'macroF1', 'lambda']);
  survives(ridgeProbe, (name, { value }) => {
    if (name.startsWith('far') || name === 'duplicated features') assert.ok(value > 0.3);
    // Nothing but the mean of the others can be predicted: 1 - (n / (n - 1))².
    if (name === 'only constant features') near(value, 1 - (60 / 59) ** 2, 1e-12, name);
  });

  it('does not depend on the order of samples, nor on scale and offset of features', async () => {
    const samples = goldenCase('imbalanced');
    const rows = [...samples.labels.keys()].sort((a, b) => ((a * 73) % 200) - ((b * 73) % 200));
    const { value } = await ridgeProbe.fit(featureData(pick(samples, rows)));
    near(value, expected.imbalanced.ridgeProbe.r2, 1e-9, 'in another order');
    const features = samples.features.map((v, at) => v * 2 ** ((at % samples.dimension) % 5));
    const scaled = await ridgeProbe.fit(featureData({ ...samples, features }));
    near(scaled.value, value, 1e-9, 'scaled columns');
  });

  it('is that of n refits', async () => {
    const samples = gaussians(40, 6, 3, { spread: 0.7 });
    const { centre, scale, columns, ridge } = await heldOf(samples);
    const { value } = await ridgeProbe.fit(featureData(samples));
    near(value, naive(samples, centre, scale, columns, ridge), 1e-10, 'R²');
  });

  it('leaves groups out as n refits would, ridge and standardisation held (1e-9)', async () => {
    for (const samples of [
      gaussians(45, 9, 3, { spread: 0.7, groups: 8 }),
      // More samples in a group than features, and n < d.
      gaussians(40, 3, 2, { spread: 0.7, groups: 3 }),
      gaussians(20, 30, 3, { spread: 1.2, groups: 6 }),
    ]) {
      const { centre, scale, columns, ridge } = await heldOf(samples);
      await leavesGroupsOut(
        ridgeProbe,
        samples,
        (_, left) => naive(left, centre, scale, columns, ridge),
        1e-9,
      );
    }
  });

  it('leaves groups out of the reference cases as a refit does (1e-9)', async () => {
    for (const name of caseNames) {
      const samples = goldenCase(name);
      const groups = samples.labels.map((_, i) => (i * 7) % 9);
      const data = featureData({ ...samples, groups });
      const { details, without } = await ridgeProbe.fit(data);
      assert.ok(without);
      const standard = await standardOf(data);
      for (let g = 0; g < 9; g++) {
        const wanted = await refitted(data, oneHot, g, standard, (details?.lambda ?? 0) * data.n);
        near(await without(g), wanted, 1e-9, `${name} without ${g}`);
      }
    }
  });

  it('takes groups in several passes and any columns as targets', async () => {
    const samples = gaussians(50, 7, 2, { groups: 5 });
    const values = Float64Array.from(
      Array.from(samples.labels).flatMap((y, i) => [y + Math.sin(i), Math.cos(i)]),
    );
    const data = featureData({ ...samples, numbers: { columns: 2, values } });
    const standard = await standardOf(data);
    const targetsOf = (of: typeof data) => numberTargets(of);
    const targets = await targetsOf(data);
    const ridge = penalties[9] * data.n;
    const inverse = await inverseFactor(data, standard, ridge);
    assert.ok(inverse);
    const products = standardProducts(targets, standard, data.dimension);
    const weights = await weightsOf(data, inverse, products, 2);
    const leverages = await leveragesOf(data, standard, inverse);
    const error = await leaveOneOutError(data, targets, { standard, weights, leverages });
    assert.ok(error > 0 && error < 1.5 * totalOf(targets));
    const fit = { standard, inverse, weights, leverages };
    const groups = new RidgeGroups(data, targetsOf, targets, ridge, fit, 4000);
    for (let g = 0; g < 5; g++)
      near(
        await groups.without(g),
        await refitted(data, targetsOf, g, standard, ridge),
        1e-9,
        `${g}`,
      );
  });
});
