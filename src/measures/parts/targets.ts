import type { FeatureData } from '../passes/featureData.js';
import { type CentredRidge, centredRidge } from './centredRidge.js';

/** Numbers that the features of a set of samples are to predict, one column for each question. */
export interface Targets {
  columns: number;
  /** Mean of each column over the set. */
  mean: Float64Array;
  /** Σ (t - mean)² of each column. */
  square: Float64Array;
  /** Σ (t - mean) x over the set; float64 [columns, d]. */
  products: Float64Array;
  /** Target of sample i of the set. */
  at(i: number, column: number): number;
  /** Writes the targets of the set's sample i, less the mean, to `to` from `at` on. */
  centred(i: number, to: Float64Array, at: number): void;
}

/** What the labels of a set ask: its numbers where it has some, else the indicators of its classes. */
export function targetsOf(data: FeatureData): Promise<Targets> {
  return data.numbers ? numberTargets(data) : oneHot(data);
}

/** Classes that have a sample, ascending. */
export function presentClasses({ counts }: FeatureData): number[] {
  return Array.from(counts.ofClass.keys()).filter(y => counts.ofClass[y] > 0);
}

/** One column a class: 1 for its own samples, 0 for the others. A class may have no sample in the set. */
export async function oneHot(
  data: FeatureData,
  classes: readonly number[] = presentClasses(data),
): Promise<Targets> {
  const { n, dimension: d, labels, counts } = data;
  const { sum } = await data.moments();
  const sums = await data.classSums();
  const mean = Float64Array.from(classes, y => counts.ofClass[y] / n);
  const products = new Float64Array(classes.length * d);
  classes.forEach((y, c) => {
    // `sum` is zero but for rounding where the set is whole.
    for (let j = 0; j < d; j++) products[c * d + j] = sums[y * d + j] - mean[c] * sum[j];
  });
  const columnOf = new Int32Array(data.targetClasses).fill(-1);
  for (const [c, y] of classes.entries()) columnOf[y] = c;
  return {
    columns: classes.length,
    mean,
    square: mean.map(share => n * share * (1 - share)),
    products,
    at: (i, column) => (labels[i] === classes[column] ? 1 : 0),
    centred(i, to, at) {
      for (let c = 0; c < mean.length; c++) to[at + c] = -mean[c];
      const own = columnOf[labels[i]];
      if (own >= 0) to[at + own] += 1;
    },
  };
}

/**
 * The labels themselves where they are numbers, one column each.
 * @param unit what each column is divided by; as it is where left out
 */
export async function numberTargets(data: FeatureData, unit?: Float64Array): Promise<Targets> {
  const { n, dimension: d, rows, numbers } = data;
  if (!numbers) throw new RangeError('the labels are classes');
  const { columns, values } = numbers;
  const at = (i: number, c: number) => values[rows[i] * columns + c] / (unit?.[c] ?? 1);
  const mean = new Float64Array(columns);
  for (let i = 0; i < n; i++) for (let c = 0; c < columns; c++) mean[c] += at(i, c) / n;
  const square = new Float64Array(columns);
  for (let i = 0; i < n; i++)
    for (let c = 0; c < columns; c++) square[c] += (at(i, c) - mean[c]) ** 2;
  const { shift } = await data.moments();
  const products = new Float64Array(columns * d);
  for await (const block of data.blocks()) {
    for (let k = 0; k < block.rows; k++)
      for (let c = 0; c < columns; c++) {
        const t = at(block.start + k, c) - mean[c];
        for (let j = 0; j < d; j++) products[c * d + j] += t * (block.values[k * d + j] - shift[j]);
      }
    if (data.pace.due(block.rows * columns * d)) await data.pace.pause();
  }
  return {
    columns,
    mean,
    square,
    products,
    at,
    centred(i, to, first) {
      for (let c = 0; c < columns; c++) to[first + c] = at(i, c) - mean[c];
    },
  };
}

/** Targets, and the basis that ridge regressions on them are quick in. */
export interface Turned {
  ridge: CentredRidge;
  targets: Targets;
  /** float64 [size, columns] */
  columns: Float64Array;
}

/** What the labels ask, for all measures that regress on it. */
export function turnedTargets(data: FeatureData): Promise<Turned> {
  return data.onceByLabels('turned targets', async () => {
    const ridge = await centredRidge(data);
    const targets = await targetsOf(data);
    return { ridge, targets, columns: await turnTargets(ridge, targets, data) };
  });
}

/** The targets in the basis of T: QᵀZᵀt, or Qᵀ(t - mean) if dual; float64 [size, columns]. */
async function turnTargets(
  ridge: CentredRidge,
  targets: Targets,
  data: FeatureData,
): Promise<Float64Array> {
  const { dual, size } = ridge;
  const { columns, mean } = targets;
  const b = dual ? new Float64Array(columns * size) : targets.products;
  if (dual)
    for (let c = 0; c < columns; c++)
      for (let i = 0; i < size; i++) b[c * size + i] = targets.at(i, c) - mean[c];
  return data.blas.multiply(
    { data: ridge.rotation, rows: size, columns: size },
    { data: b, rows: columns, columns: size },
    { transposeA: true, transposeB: true },
  );
}
