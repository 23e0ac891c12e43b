import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { hScore } from '../../../src/measures/hScore.js';
import { hScoreShrunk } from '../../../src/measures/hScoreShrunk.js';
import { lfc } from '../../../src/measures/lfc.js';
import { logMe } from '../../../src/measures/logMe.js';
import type { FeatureMeasure } from '../../../src/measures/measure.js';
import { evaluateMeasures } from '../../../src/measures/passes/evaluate.js';
import { normals, random } from '../../../src/numerics/random.js';
import {
  asSubset,
  caseOf,
  expectedValues,
  type FeatureCase,
  featureData,
  goldenCase,
} from '../../support/featureCases.js';
import { measureInput, rowTable } from '../../support/measureInput.js';
import { referenceData } from '../../support/referenceData.js';

const measures = [hScore, hScoreShrunk, lfc, logMe];

function near(actual: number | undefined, expected: number, tolerance: number, what: string): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= tolerance,
    `${what}: ${actual} is not within ${tolerance} of ${expected}`,
  );
}

/** Class means of deviation `signal`, deviations from 0.5 to 1.5 by feature, and an offset. */
function made(
  n: number,
  dimension: number,
  classes: number,
  { seed = 1, signal = 0.5, offset = 0.3 } = {},
): FeatureCase {
  const normal = normals(random(seed));
  const labels = Int32Array.from({ length: n }, (_, i) => i % classes);
  const means = Float64Array.from({ length: classes * dimension }, () => signal * normal());
  const features = new Float32Array(n * dimension);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < dimension; j++)
      features[i * dimension + j] =
        offset + means[labels[i] * dimension + j] + (0.5 + (j % 11) / 10) * normal();
  return { features, dimension, labels };
}

async function scoreOf(measure: FeatureMeasure, set: FeatureCase): Promise<number> {
  return (await measure.fit(featureData(set))).value;
}

function mapped(set: FeatureCase, f: (x: number, j: number) => number): FeatureCase {
  return { ...set, features: set.features.map((x, k) => f(x, k % set.dimension)) };
}

describe('measures of linear separability', () => {
  for (const name of Object.keys(expectedValues))
    it(`equal the independent computation: ${name}`, async () => {
      const set = goldenCase(name);
      const expected = expectedValues[name];
      for (const data of [
        featureData(set),
        featureData(set, { blockRows: 1000 }),
        featureData(set, { blockRows: 3 }),
        asSubset(set),
      ])
        for (const measure of measures) {
          const { value, details = {}, doubt } = await measure.fit(data);
          const other = expected[measure.id];
          const wanted = other.value;
          near(value, wanted, 1e-6 * Math.max(1, Math.abs(wanted)), measure.id);
          if (measure === hScoreShrunk) near(details.shrinkage, other.shrinkage, 1e-9, 'shrinkage');
          if (measure === lfc) near(details.centred, other.centred, 1e-6, 'centred LFC');
          if (measure === hScore)
            assert.equal(doubt?.code === 'measure.saturated', Boolean(other.saturated));
          else assert.equal(doubt ?? null, null);
        }
    });

  it('equal the golden scores of real models on real images (needs the reference data)', async function () {
    const path = referenceData('golden', 'scores.json');
    if (!path) return this.skip();
    const { cases } = JSON.parse(readFileSync(path, 'utf8')) as {
      cases: { target: string; source: string; scores_all: Record<string, number> }[];
    };
    assert.ok(cases.length >= 12);
    for (const { target, source, scores_all } of cases) {
      const file = referenceData('golden', `${target}__${source}.npz`);
      assert.ok(file);
      const data = featureData(caseOf(file), { blockRows: 512 });
      const what = `${source} on ${target}`;
      near((await hScore.fit(data)).value, scores_all.hscore, 1e-6, `H-score of ${what}`);
      near((await hScoreShrunk.fit(data)).value, scores_all.hscore_shrunk, 1e-6, `shrunk ${what}`);
      near((await logMe.fit(data)).value, scores_all.logme, 1e-6, `LogME of ${what}`);
    }
  });

  it('equal public implementations where these are right (needs the reference data)', async function () {
    const folder = referenceData('golden-peers');
    if (!folder) return this.skip();
    const files = readdirSync(folder).filter(name => name.endsWith('.npz'));
    assert.ok(files.length >= 5);
    for (const name of files) {
      const file = referenceData('golden-peers', name) ?? '';
      const { scores } = JSON.parse(readFileSync(file.replace(/npz$/, 'json'), 'utf8')) as {
        scores: Record<string, { score?: number | string }>;
      };
      const peer = (id: string) => Number(scores[id].score);
      const set = caseOf(file);
      const n = set.labels.length;
      const data = featureData(set, { blockRows: 512 });
      near((await hScore.fit(data)).value, peer('hscore'), 1e-6, `H-score, ${name}`);
      // Public code divides the covariance of class means by n - 1, the other one by n.
      const { value } = await hScoreShrunk.fit(data);
      near((value * n) / (n - 1), peer('reg_hscore'), 1e-6, `shrunk H-score, ${name}`);
      near((await lfc.fit(data)).value, peer('lfc'), 1e-6, `LFC, ${name}`);
      // Its fixed point stops early.
      if (n > set.dimension)
        near((await logMe.fit(data)).value, peer('logme'), 1e-4, `LogME, ${name}`);
    }
  });

  it('H-score does not change under an invertible map, is at most classes - 1, and is that where n <= d', async () => {
    const set = made(90, 12, 4);
    const value = await scoreOf(hScore, set);
    const map = normals(random(9));
    const matrix = Float64Array.from({ length: 144 }, map);
    const features = new Float32Array(set.features.length);
    for (let i = 0; i < 90; i++)
      for (let j = 0; j < 12; j++) {
        let sum = 7;
        for (let k = 0; k < 12; k++) sum += matrix[j * 12 + k] * set.features[i * 12 + k];
        features[i * 12 + j] = sum;
      }
    near(await scoreOf(hScore, { ...set, features }), value, 1e-4, 'mapped');
    assert.ok(value < 3);
    const few = await hScore.fit(featureData(made(20, 30, 4), { groupCount: 4 }));
    near(few.value, 3, 1e-9, 'saturated');
    assert.equal(few.doubt?.code, 'measure.saturated');
    assert.equal(few.without, undefined);
    const regime = { n: 59, dimension: 30, targetClasses: 4 } as never;
    assert.equal(hScore.invalid?.(regime)?.code, 'measure.fewForFeatures');
    assert.equal(hScore.invalid?.({ ...(regime as object), n: 60 } as never), null);
  });

  it('shrunk H-score and LogME do not depend on the scale of the features; the former neither on an offset', async () => {
    for (const set of [made(90, 12, 4), made(30, 40, 3)]) {
      const scaled = mapped(set, x => 1024 * x);
      near(await scoreOf(hScoreShrunk, scaled), await scoreOf(hScoreShrunk, set), 1e-10, 'H');
      near(await scoreOf(logMe, scaled), await scoreOf(logMe, set), 1e-9, 'LogME');
      near(await scoreOf(lfc, scaled), await scoreOf(lfc, set), 1e-10, 'LFC');
      const rounded = mapped(set, x => Math.round(x * 1024) / 1024);
      const moved = mapped(rounded, x => x + 512);
      near(await scoreOf(hScoreShrunk, moved), await scoreOf(hScoreShrunk, rounded), 1e-9, 'moved');
    }
  });

  it('LogME is the evidence at the limit of no signal: no features, or features that say nothing', async () => {
    const set = made(60, 5, 3);
    const none = await scoreOf(
      logMe,
      mapped(set, () => 0),
    );
    near(none, -0.5 * (Math.log(2 * Math.PI) + 1 + Math.log(1 / 3)), 1e-12, 'no features');
    // An orthogonal feature: t̄ᵀf = 0 for each class, so α goes to infinity.
    const features = Float32Array.from({ length: 60 }, (_, i) => (i % 6 < 3 ? 1 : -1));
    const idle = await logMe.fit(
      featureData({ features, dimension: 1, labels: set.labels }, { groupCount: 10 }),
    );
    near(idle.value, none, 1e-9, 'a feature that says nothing');
    assert.ok(Number.isFinite(await idle.without?.(3)));
  });

  /** Largest distance of `without` to a refit, and largest change of the value, over all groups. */
  async function leaveOut(measure: FeatureMeasure, set: FeatureCase, groupCount: number) {
    const data = featureData(set, { groupCount });
    const { value, without } = await measure.fit(data);
    let error = 0;
    let change = 0;
    for (let g = 0; g < groupCount; g++) {
      const keep = (i: number) => i % groupCount !== g;
      const rows = Array.from(set.labels.keys()).filter(keep);
      const d = set.dimension;
      const features = new Float32Array(rows.length * d);
      rows.forEach((i, k) => {
        features.set(set.features.subarray(i * d, (i + 1) * d), k * d);
      });
      const left = { features, dimension: d, labels: Int32Array.from(rows, i => set.labels[i]) };
      const targetClasses = Math.max(...set.labels) + 1;
      const refit = (await measure.fit(featureData(left, { targetClasses }))).value;
      error = Math.max(error, Math.abs(((await without?.(g)) ?? Number.NaN) - refit));
      if (Number.isNaN((await without?.(g)) ?? Number.NaN)) error = Number.NaN;
      change = Math.max(change, Math.abs(refit - value));
    }
    return { error, change };
  }

  const sets: [string, FeatureCase, number][] = [
    ['n > d', made(210, 20, 5), 40],
    ['n < d', made(60, 90, 4), 20],
    ['n = d', made(48, 48, 4), 12],
    ['n = d + 1', made(49, 48, 4), 12],
    ['groups larger than d', made(200, 6, 3), 5],
    ['features with a mean 100 times their deviation', made(120, 15, 4, { offset: 100 }), 20],
    ['classes that vanish with a group', { ...made(80, 10, 4), labels: labelsWithLoners(80) }, 20],
    ['two classes', made(80, 30, 2), 20],
    [
      'duplicated and constant features',
      mapped(made(100, 12, 3), (x, j) => (j < 2 ? j / 10 : x)),
      20,
    ],
  ];
  function labelsWithLoners(n: number): Int32Array {
    return Int32Array.from({ length: n }, (_, i) => (i === 7 ? 4 : i === 12 ? 5 : i % 4));
  }

  for (const [what, set, groupCount] of sets)
    it(`without a group: ${what}`, async () => {
      for (const measure of [hScoreShrunk, lfc]) {
        const { error } = await leaveOut(measure, set, groupCount);
        assert.ok(error < 1e-9, `${measure.id}: exact but for ${error}`);
      }
      if (set.labels.length > 1.5 * set.dimension) {
        const { error } = await leaveOut(hScore, set, groupCount);
        assert.ok(error < 1e-7, `hScore: exact but for ${error}`);
      }
      // α / β is sought in a window, by interpolation and parabolas: measured are 3e-4 to 7e-3 of the change.
      const { error, change } = await leaveOut(logMe, set, groupCount);
      assert.ok(error < 0.01 * change + 1e-9, `logMe: ${error} of ${change}`);
    });

  it('give no NaN but with a doubt where data are degenerate', async () => {
    const oneEach = made(6, 10, 6);
    const same = mapped(made(30, 4, 3), (_, j) => 0.1 + j);
    const duplicates = made(24, 60, 3);
    duplicates.features.set(duplicates.features.subarray(0, 180), 180);
    const cases: [string, FeatureCase, number][] = [
      ['one sample a class, n < d', oneEach, 6],
      ['one sample a class, n > d', made(12, 3, 12), 12],
      [
        'a class without samples',
        { ...made(40, 5, 3), labels: made(40, 5, 3).labels.map(y => 2 * y) },
        6,
      ],
      ['the same features for all', same, 3],
      ['duplicated samples, n < d', duplicates, 3],
      ['one feature', made(30, 1, 3), 3],
      ['two samples', made(2, 3, 2), 2],
      ['labels among the features', withLabels(made(60, 4, 3)), 3],
    ];
    for (const [what, set, targetClasses] of cases) {
      const table = rowTable(set.features, set.dimension);
      const n = set.labels.length;
      const groupCount = Math.min(n, 6);
      const input = {
        ...measureInput(new Float64Array(n).fill(1), set.labels, {
          targetClasses,
          groups: set.labels.map((_, i) => i % groupCount),
          groupCount,
        }),
        features: table,
      };
      const { scores } = await evaluateMeasures(measures, input);
      for (const { id } of measures) {
        const { value, valid, replicates } = scores[id];
        assert.ok(Number.isFinite(value) || !valid, `${id}, ${what}: ${value}`);
        if (what !== 'two samples')
          assert.ok(replicates?.every(Number.isFinite) ?? true, `${id}, ${what}: ${replicates}`);
      }
      if (what === 'the same features for all') {
        assert.equal(scores.hScoreShrunk.value, 0);
        assert.ok(!scores.lfc.valid && !scores.hScore.valid);
      }
      if (what === 'labels among the features') assert.ok(!scores.logMe.valid);
    }
  });

  it('a group without samples changes nothing', async () => {
    const set = made(40, 6, 3);
    const groups = set.labels.map((_, i) => (i % 3) + (i % 3 > 0 ? 1 : 0));
    const data = featureData(set, { groups, groupCount: 4 });
    for (const measure of measures) {
      const { value, without } = await measure.fit(data);
      near(await without?.(1), value, 1e-9, measure.id);
    }
  });

  it('share label-free work with label permutations', async () => {
    const set = made(80, 10, 4);
    const data = featureData(set);
    const labels = set.labels.map((_, i) => (i * 7) % 4);
    for (const measure of measures) {
      await measure.fit(data);
      const shared = (await measure.fit(data.relabelled(labels))).value;
      near(shared, await scoreOf(measure, { ...set, labels }), 1e-12, measure.id);
    }
  });
});

function withLabels(set: FeatureCase): FeatureCase {
  const { dimension: d, labels } = set;
  return mapped(
    {
      ...set,
      features: set.features.map((x, k) =>
        k % d < 3 ? Number(labels[Math.floor(k / d)] === k % d) : x,
      ),
    },
    x => x,
  );
}
