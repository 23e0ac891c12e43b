import { evaluate, type MeasureInput } from '../../src/measures/index.js';
import type { Random } from '../../src/numerics/random.js';
import { interval, jackknifeGroups } from '../../src/ranking/index.js';
import {
  measureInput,
  outputsOf,
  profilesOf,
  randomLabels,
  rowTable,
} from '../../test/support/measureInput.js';
import {
  blas,
  eachDataSet,
  featureClasses,
  featuresOf,
  meansOf,
  numbersOf,
  outputClasses,
} from './simulate.js';

/** Of the intervals of one measure on many data sets of one population. */
export interface Coverage {
  n: number;
  /** Source classes, or dimension of the features. */
  size: number;
  strength: number;
  dataSets: number;
  groupCount: number;
  measure: string;
  mean: number;
  deviation: number;
  /** Mean of the intervals' half widths, as a multiple of 1.96 standard deviations. */
  width: number;
  covered: number;
  /** Shares of intervals that lie wholly below and above the mean. */
  below: number;
  above: number;
}

export interface Population {
  /** Numbers the populations: its data sets are drawn from this. */
  part: number;
  n: number;
  size: number;
  strength: number;
  dataSets: number;
}

const sharpness = 3;

/** Intervals of the measures of outputs: θ = softmax(3 (W[y] + e)). */
export async function outputCoverage(population: Population): Promise<Coverage[]> {
  const { part, n, size, strength } = population;
  const profiles = profilesOf(outputClasses, size, strength, numbersOf(part, -1));
  return coverage(population, ['leepLoo', 'leep', 'nce'], (groups, next) => {
    const labels = randomLabels(n, outputClasses, next);
    const theta = outputsOf(labels, profiles, size, sharpness, next);
    const options = { targetClasses: outputClasses, blockRows: 2000, ...groups };
    return measureInput(theta, labels, options);
  });
}

/** Intervals of the measures of features: ω = μ[y] + e. */
export async function featureCoverage(population: Population): Promise<Coverage[]> {
  const { part, n, size, strength } = population;
  const means = meansOf(strength, size, numbersOf(part, -1));
  const multiply = await blas();
  return coverage(population, ['hScoreShrunk', 'logMe', 'ridgeProbe', 'knn'], (groups, next) => {
    const labels = randomLabels(n, featureClasses, next);
    const features = rowTable(featuresOf(labels, means, size, next), size, 2000);
    const options = { targetClasses: featureClasses, blockRows: 2000, ...groups };
    return {
      ...measureInput(new Float32Array(n).fill(1), labels, options),
      features,
      blas: multiply,
    };
  });
}

async function coverage(
  { part, n, size, strength, dataSets }: Population,
  ids: readonly string[],
  draw: (groups: ReturnType<typeof jackknifeGroups>, next: Random) => MeasureInput,
): Promise<Coverage[]> {
  const found = await eachDataSet(dataSets, async d => {
    const { scores } = await evaluate(ids, draw(jackknifeGroups(n, d), numbersOf(part, d)));
    return ids.map(id => {
      const { value, replicates } = scores[id];
      const { low, high } = interval(value, replicates ?? new Float64Array(), scores[id]);
      return { value, low: low ?? Number.NaN, high: high ?? Number.NaN };
    });
  });
  return ids.map((measure, k) => {
    const list = found.map(scores => scores[k]);
    const mean = average(list.map(r => r.value));
    const squares = list.reduce((sum, r) => sum + (r.value - mean) ** 2, 0);
    const deviation = Math.sqrt(squares / (dataSets - 1));
    const half = average(list.map(r => (r.high - r.low) / 2));
    const share = (is: (r: { low: number; high: number }) => boolean) =>
      list.filter(is).length / dataSets;
    return {
      n,
      size,
      strength,
      dataSets,
      groupCount: jackknifeGroups(n, 0).groupCount,
      measure,
      mean,
      deviation,
      width: half / (1.96 * deviation),
      covered: share(r => r.low <= mean && mean <= r.high),
      below: share(r => r.high < mean),
      above: share(r => r.low > mean),
    };
  });
}

function average(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
