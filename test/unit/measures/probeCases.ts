import assert from 'node:assert/strict';
import type { FeatureMeasure, Fitted } from '../../../src/measures/measure.js';
import type { Numbers } from '../../../src/measures/passes/blocks.js';
import { FeatureData } from '../../../src/measures/passes/featureData.js';
import { Pace } from '../../../src/measures/passes/pace.js';
import type { Blas } from '../../../src/numerics/blas.js';
import { normals, random } from '../../../src/numerics/random.js';
import { expectedValues, goldenCase } from '../../support/featureCases.js';
import { measureInput, rowTable } from '../../support/measureInput.js';
import { near } from '../../support/near.js';

/** Features of labelled samples in memory, and how they are grouped. */
export interface Samples {
  features: Float32Array;
  dimension: number;
  labels: Int32Array;
  targetClasses?: number;
  groups?: Int32Array;
  /** Labels that are numbers, in the place of classes. */
  numbers?: Numbers;
}

export { expectedValues as expected, goldenCase };
export const caseNames: readonly string[] = Object.keys(expectedValues);

export function featureData(
  { features, dimension, labels, targetClasses, groups, numbers }: Samples,
  { blockRows = 29, blas }: { blockRows?: number; blas?: Blas } = {},
): FeatureData {
  const n = labels.length;
  const input = measureInput(new Float32Array(n).fill(1), labels, {
    targetClasses,
    groups,
    groupCount: groups ? Math.max(...groups) + 1 : 1,
  });
  return FeatureData.of(
    { ...input, numbers, ...(blas ? { blas } : {}) },
    rowTable(features, dimension, blockRows),
    new Pace(),
  );
}

/** Only some of the samples, in the given order. */
export function pick(samples: Samples, rows: readonly number[]): Samples {
  const { features, dimension: d, labels, groups } = samples;
  const values = new Float32Array(rows.length * d);
  rows.forEach((row, k) => {
    values.set(features.subarray(row * d, (row + 1) * d), k * d);
  });
  return {
    ...samples,
    features: values,
    labels: Int32Array.from(rows, i => labels[i]),
    ...(groups ? { groups: Int32Array.from(rows, i => groups[i]) } : {}),
  };
}

/** Gaussian classes: class c has its mean at N(0, spread²) in every direction; labels by turns. */
export function gaussians(
  n: number,
  dimension: number,
  classes: number,
  { seed = 1, spread = 1, groups = 0 } = {},
): Samples {
  const normal = normals(random(seed));
  const means = Float64Array.from({ length: classes * dimension }, () => spread * normal());
  const labels = Int32Array.from({ length: n }, (_, i) => i % classes);
  const features = new Float32Array(n * dimension);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < dimension; j++)
      features[i * dimension + j] = means[labels[i] * dimension + j] + normal();
  const samples = { features, dimension, labels, targetClasses: classes };
  if (groups === 0) return samples;
  // Unequal groups that have nothing to do with classes.
  const next = random(seed + 1);
  return {
    ...samples,
    groups: Int32Array.from({ length: n }, (_, i) =>
      i < groups ? i : Math.floor(groups * next() ** 1.3),
    ),
  };
}

/** Holds a measure against the reference values of every case, under several block sizes. */
export function comparesWithGolden(
  measure: FeatureMeasure,
  value: string,
  details: readonly string[],
  tolerance = 1e-6,
): void {
  for (const name of caseNames)
    it(`equals the reference value: ${name}`, async () => {
      const wanted = expectedValues[name][measure.id];
      for (const blockRows of [1000, 17]) {
        const fitted = await measure.fit(featureData(goldenCase(name), { blockRows }));
        near(fitted.value, wanted[value], tolerance, `${measure.id} of ${name}`);
        for (const key of details)
          near(fitted.details?.[key] ?? Number.NaN, wanted[key], tolerance, `${key} of ${name}`);
        assert.equal(fitted.doubt ?? null, null);
      }
    });
}

/** Holds every `without(g)` against a value of the samples outside the group. */
export async function leavesGroupsOut(
  measure: FeatureMeasure,
  samples: Samples,
  rest: (group: number, left: Samples) => Promise<number> | number,
  tolerance: number,
  blas?: Blas,
): Promise<void> {
  const fitted = await measure.fit(featureData(samples, blas ? { blas } : {}));
  const groups = samples.groups ?? new Int32Array(0);
  const count = Math.max(...groups) + 1;
  assert.ok(fitted.without);
  const all: number[] = [];
  // Not in order: what is kept for one group must not spoil another.
  for (const g of Array.from({ length: count }, (_, k) => (k + 2) % count)) {
    const rows = [...groups.keys()].filter(i => groups[i] !== g);
    const value = await fitted.without(g);
    near(value, await rest(g, pick(samples, rows)), tolerance, `without group ${g}`);
    all.push(value);
  }
  assert.ok(new Set(all).size > 1, 'leaving groups out must change something');
}

/** Samples on which a measure must give a number, or say why there is none. */
function hardCases(): Record<string, Samples> {
  const usual = gaussians(60, 8, 3, { spread: 1.5, groups: 6 });
  const columns = (change: (row: Float32Array) => void): Samples => {
    const features = usual.features.slice();
    for (let i = 0; i < 60; i++) change(features.subarray(8 * i, 8 * i + 8));
    return { ...usual, features };
  };
  return {
    'fewer samples than features': gaussians(12, 40, 3, { groups: 4 }),
    'one sample a class': gaussians(6, 4, 6, { groups: 3 }),
    'a class with one sample': {
      ...usual,
      labels: usual.labels.map((y, i) => (i === 7 ? 3 : y)),
      targetClasses: 4,
    },
    'a class without samples': { ...usual, targetClasses: 5 },
    'duplicated features': columns(row => row.set(row.subarray(0, 4), 4)),
    'constant features': columns(row => row.fill(0.1, 5)),
    'only constant features': columns(row => row.fill(0.1)),
    'all features zero': columns(row => row.fill(0)),
    'far from zero': columns(row =>
      row.forEach((v, j) => {
        row[j] = v + 100;
      }),
    ),
    'two classes': gaussians(40, 5, 2, { groups: 5 }),
    'one class': gaussians(20, 5, 1, { groups: 4 }),
    'two samples': gaussians(2, 3, 2),
    'one sample': gaussians(1, 3, 1),
    'a class within one group': {
      ...gaussians(30, 4, 3, { groups: 3 }),
      groups: Int32Array.from({ length: 30 }, (_, i) => i % 3),
    },
    'classes far apart': gaussians(40, 6, 4, { spread: 1e4, groups: 4 }),
  };
}

/** Never throws, and a score that is no number is doubted. */
export function survives(measure: FeatureMeasure, check?: (name: string, fitted: Fitted) => void) {
  for (const [name, samples] of Object.entries(hardCases()))
    it(`gives a number or a doubt: ${name}`, async () => {
      const fitted = await measure.fit(featureData(samples));
      if (!Number.isFinite(fitted.value)) assert.ok(fitted.doubt, 'a doubt');
      else {
        const [low, high] = measure.range;
        assert.ok(fitted.value >= low && fitted.value <= high, `${fitted.value}`);
        for (const value of Object.values(fitted.details ?? {})) assert.ok(Number.isFinite(value));
      }
      if (samples.groups && fitted.without && !fitted.doubt)
        for (let g = 0; g <= Math.max(...samples.groups); g++) await fitted.without(g);
      check?.(name, fitted);
    });
}
