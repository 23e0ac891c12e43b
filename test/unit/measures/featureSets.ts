import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FeatureData } from '../../../src/measures/passes/featureData.js';
import { Pace } from '../../../src/measures/passes/pace.js';
import { normals, random } from '../../../src/numerics/random.js';
import { measureInput, rowTable } from '../../support/measureInput.js';
import { readNpz } from '../../support/npz.js';
import { root } from '../../support/referenceData.js';

/** Labelled feature vectors, n x d. */
export interface FeatureSet {
  features: Float32Array;
  labels: Int32Array;
  d: number;
  logits?: Float32Array;
}

/** A case of test/golden/measures with its independent reference values. */
export interface ReferenceCase extends FeatureSet {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: read from a file, and every figure is compared.
  expected: any;
}

const folder = join(root, 'test', 'golden', 'measures');

export function referenceCases(): ReferenceCase[] {
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
  return Object.keys(expected).map(name => {
    const { features, labels, logits } = readNpz(join(folder, `${name}.npz`));
    return {
      name,
      features: features.data as Float32Array,
      d: features.shape[1],
      labels: Int32Array.from(labels.data),
      logits: logits.data as Float32Array,
      expected: expected[name],
    };
  });
}

/** A feature set as measures get it. */
export function dataOf(
  { features, labels, d, logits }: FeatureSet,
  options: { targetClasses?: number; groups?: Int32Array; blockRows?: number } = {},
): FeatureData {
  const n = labels.length;
  const { groups, blockRows } = options;
  const input = measureInput(new Float32Array(n).fill(1), labels, {
    ...options,
    groupCount: groups ? Math.max(...groups) + 1 : 1,
  });
  if (logits) input.logits = rowTable(logits, logits.length / n, blockRows);
  return FeatureData.of(input, rowTable(features, d, blockRows), new Pace());
}

/** The samples for which `keep` holds. */
export function partOf(set: FeatureSet, keep: (i: number) => boolean): FeatureSet {
  const rows = Array.from(set.labels.keys()).filter(keep);
  return pick(set, rows);
}

/** Rows of a set, in the order that they are asked for in. */
export function pick({ features, labels, d, logits }: FeatureSet, rows: number[]): FeatureSet {
  const cut = (values: Float32Array, columns: number): Float32Array =>
    Float32Array.from({ length: rows.length * columns }, (_, k) => {
      const row = Math.floor(k / columns);
      return values[rows[row] * columns + (k % columns)];
    });
  return {
    features: cut(features, d),
    labels: Int32Array.from(rows, i => labels[i]),
    d,
    ...(logits ? { logits: cut(logits, logits.length / labels.length) } : {}),
  };
}

/** The set between samples that do not belong to it, which are then left out as a group: order and place change nothing. */
export function hidden(set: FeatureSet, blockRows = 13): FeatureData {
  const n = set.labels.length;
  const others = normalSet({ n: 9, d: set.d, targetClasses: 1, seed: 77 });
  const columns = (set.logits?.length ?? 0) / n;
  const rows: number[] = [];
  // Last to first, with one of the others after every seventh of the first ones.
  for (let i = n - 1; i >= 0; i--) {
    rows.push(i);
    if (i % 7 === 0 && i / 7 < 9) rows.push(n + i / 7);
  }
  const both = {
    d: set.d,
    features: Float32Array.from([...set.features, ...others.features]),
    labels: Int32Array.from([...set.labels, ...others.labels]),
    ...(set.logits
      ? { logits: Float32Array.from([...set.logits, ...new Float32Array(9 * columns)]) }
      : {}),
  };
  const groups = Int32Array.from(rows, i => (i < n ? 1 : 0));
  return dataOf(pick(both, rows), { groups, blockRows }).without(0);
}

/** Normal features about class means that are `spread` apart; labels i mod Ct. */
export function normalSet(options: {
  n: number;
  d: number;
  targetClasses: number;
  seed: number;
  spread?: number;
  offset?: number;
  scale?: number;
}): FeatureSet {
  const { n, d, targetClasses, seed, spread = 1, offset = 0, scale = 1 } = options;
  const normal = normals(random(seed));
  const means = Float64Array.from({ length: targetClasses * d }, () => spread * normal());
  const labels = Int32Array.from({ length: n }, (_, i) => i % targetClasses);
  const features = Float32Array.from(
    { length: n * d },
    (_, k) => offset + scale * (means[labels[Math.floor(k / d)] * d + (k % d)] + normal()),
  );
  return { features, labels, d };
}

/** A set with every feature vector mapped: to another length, or not. */
export function mapped(set: FeatureSet, map: (x: Float32Array) => ArrayLike<number>): FeatureSet {
  const rows = Array.from(set.labels, (_, i) =>
    Array.from(map(set.features.subarray(i * set.d, (i + 1) * set.d))),
  );
  return { ...set, features: Float32Array.from(rows.flat()), d: rows[0].length };
}

/** Jackknife groups: i mod `count` in a seeded order. */
export function groupsOf(n: number, count: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => (i * 7 + Math.floor(i / count)) % count);
}

/** A rotation of pairs of neighbouring features by some angle: orthogonal, and mixes them. */
export function rotated(set: FeatureSet): FeatureSet {
  return mapped(set, x => {
    const y = Float64Array.from(x);
    for (let j = 0; j + 1 < y.length; j++) {
      const [a, b] = [y[j], y[j + 1]];
      y[j] = 0.6 * a - 0.8 * b;
      y[j + 1] = 0.8 * a + 0.6 * b;
    }
    return y;
  });
}

/** What no measure may stumble over. */
export function awkwardSets(): [string, FeatureSet, targetClasses?: number][] {
  const usual = { n: 40, d: 6, targetClasses: 3, seed: 5 };
  const set = normalSet(usual);
  const oneEach = normalSet({ ...usual, n: 5, targetClasses: 5 });
  return [
    ['fewer samples than features', normalSet({ ...usual, n: 12, d: 20 })],
    ['one sample a class', oneEach],
    ['one sample a class, many features', normalSet({ ...usual, n: 4, d: 9, targetClasses: 4 })],
    ['a class without a sample', set, 5],
    ['duplicated and constant features', mapped(set, x => [...x, x[0], x[2], 0, 0.1, -3])],
    ['only constant features', mapped(set, () => [0.1, 0, 7])],
    ['one feature', mapped(set, x => [x[0]])],
    ['features with a mean far from zero', normalSet({ ...usual, offset: 100 })],
    ['large features', normalSet({ ...usual, scale: 1e6, offset: 1e6 })],
    ['small features', normalSet({ ...usual, scale: 1e-6 })],
    ['two classes', normalSet({ ...usual, targetClasses: 2 })],
    ['one class', normalSet({ ...usual, targetClasses: 1 })],
    [
      'equal samples',
      pick(
        set,
        [...Array(20).keys()].flatMap(() => [0, 1, 2, 4]),
      ),
    ],
    ['two samples', pick(set, [0, 1])],
  ];
}
