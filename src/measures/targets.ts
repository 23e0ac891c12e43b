import { type CentredRidge, centredRidge, turnTargets } from './centredRidge.js';
import type { FeatureData } from './featureData.js';

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
  return {
    columns: classes.length,
    mean,
    square: mean.map(share => n * share * (1 - share)),
    products,
    at: (i, column) => (labels[i] === classes[column] ? 1 : 0),
  };
}

/** Targets, and the basis that ridge regressions on them are quick in. */
export interface Turned {
  ridge: CentredRidge;
  targets: Targets;
  /** float64 [size, columns] */
  columns: Float64Array;
}

/** The classes' indicators, for all measures that regress on them. */
export function turnedClasses(data: FeatureData): Promise<Turned> {
  return data.onceByLabels('turned classes', async () => {
    const ridge = await centredRidge(data);
    const targets = await oneHot(data);
    return { ridge, targets, columns: await turnTargets(ridge, targets, data) };
  });
}
