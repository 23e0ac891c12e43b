import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FeatureData } from '../../src/measures/passes/featureData.js';
import { Pace } from '../../src/measures/passes/pace.js';
import { measureInput, rowTable } from './measureInput.js';
import { readNpz } from './npz.js';
import { root } from './referenceData.js';

export interface FeatureCase {
  features: Float32Array;
  dimension: number;
  labels: Int32Array;
}

const folder = join(root, 'test', 'golden', 'measures');

/** Values of an independent computation: by case, measure and name. */
export const expectedValues: Record<string, Record<string, Record<string, number>>> = JSON.parse(
  readFileSync(join(folder, 'expected.json'), 'utf8'),
);

export function goldenCase(name: string): FeatureCase {
  return caseOf(join(folder, `${name}.npz`));
}

/** Features and labels of a file, of the rows that are wanted. */
export function caseOf(path: string, keep: (row: number) => boolean = () => true): FeatureCase {
  const { features, labels } = readNpz(path);
  const [n, dimension] = features.shape;
  const rows = Array.from({ length: n }, (_, i) => i).filter(keep);
  const values = new Float32Array(rows.length * dimension);
  rows.forEach((i, k) => {
    values.set(features.data.subarray(i * dimension, (i + 1) * dimension), k * dimension);
  });
  return { features: values, dimension, labels: Int32Array.from(rows, i => labels.data[i]) };
}

/** As measures of features get it; group of sample i: i mod `groupCount` unless given. */
export function featureData(
  { features, dimension, labels }: FeatureCase,
  options: {
    groupCount?: number;
    groups?: Int32Array;
    blockRows?: number;
    targetClasses?: number;
  } = {},
): FeatureData {
  const { groupCount = 1, blockRows = 29, targetClasses } = options;
  const groups = options.groups ?? labels.map((_, i) => i % groupCount);
  const table = rowTable(features, dimension, blockRows);
  const theta = new Float64Array(labels.length).fill(1);
  const input = measureInput(theta, labels, { groups, groupCount, targetClasses });
  return FeatureData.of({ ...input, features: table }, table, new Pace());
}

/**
 * The same samples in another order, as what is left without group 0 of a set that has each of them twice.
 */
export function asSubset({ features, dimension, labels }: FeatureCase): FeatureData {
  const n = labels.length;
  const values = new Float32Array(2 * n * dimension);
  const all = new Int32Array(2 * n);
  const groups = new Int32Array(2 * n);
  for (let i = 0; i < n; i++) {
    const at = 2 * (n - 1 - i) + (i % 2);
    const row = features.subarray(i * dimension, (i + 1) * dimension);
    values.set(row, at * dimension);
    values.set(row, (at ^ 1) * dimension);
    all[at] = labels[i];
    groups[at] = 1;
  }
  return featureData(
    { features: values, dimension, labels: all },
    { groups, groupCount: 2 },
  ).without(0);
}
