import { evaluate, headlines, type MeasureInput } from '../../src/measures/index.js';
import type { Random } from '../../src/numerics/random.js';
import { differences, jackknifeGroups, rank } from '../../src/ranking/index.js';
import { samplesToTell } from '../../src/report/samplesToTell.js';
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

/** What is promised from `n` samples where two models tie of which one is better, and what comes of it. */
export interface Promised {
  measure: string;
  n: number;
  /** How much weaker the class profiles, or class means, of the second model are. */
  weaker: number;
  dataSets: number;
  /** Samples on which the better one is told from the other in 80 % of data sets; null: never, or beyond sixteen times as many. */
  needed: number | null;
  /** What would be promised by the difference and the interval that data sets have on average; null: more than is ever said. */
  average: number | null;
  /** Shares of data sets: of ties among all, and of those with a number of samples among ties. */
  tied: number;
  shown: number;
  /** Quartiles of that number. */
  quartiles: [number, number, number] | null;
  /** Share of new data sets of that number of samples in which one model is told from the other; null without any. */
  told: number | null;
}

export interface PromiseCase {
  part: number;
  n: number;
  weaker: number;
  dataSets: number;
}

const sharpness = 3;
export const sourceClasses = 10;
const outputStrength = 0.7;
export const promiseDimension = 16;
const featureStrength = 0.35;
/** Sizes at which it is tried how often a winner is told, in samples that the promise is made from. */
const sizes = [1, 2, 3, 4, 6, 8, 12, 16];
/** As often as it is promised. */
const power = 0.8;

/** By the headline of fine-tuning. */
export async function outputPromises(of: PromiseCase): Promise<Promised> {
  const profiles = profilesOf(outputClasses, sourceClasses, outputStrength, numbersOf(of.part, -1));
  const both = [profiles, profiles.map(w => (1 - of.weaker) * w)];
  return promises(headlines.fineTune, of, (n, groups, numbers) => {
    const labels = randomLabels(n, outputClasses, numbers);
    const options = { targetClasses: outputClasses, blockRows: 2000, ...groups };
    return both.map(p =>
      measureInput(outputsOf(labels, p, sourceClasses, sharpness, numbers), labels, options),
    );
  });
}

/** By the headline of re-training the head. */
export async function featurePromises(of: PromiseCase): Promise<Promised> {
  const d = promiseDimension;
  const means = meansOf(featureStrength, d, numbersOf(of.part, -1));
  const both = [means, means.map(m => (1 - of.weaker) * m)];
  const multiply = await blas();
  return promises(headlines.retrainHead, of, (n, groups, numbers) => {
    const labels = randomLabels(n, featureClasses, numbers);
    const options = { targetClasses: featureClasses, blockRows: 2000, ...groups };
    return both.map(m => ({
      ...measureInput(new Float32Array(n).fill(1), labels, options),
      features: rowTable(featuresOf(labels, m, d, numbers), d, 2000),
      blas: multiply,
    }));
  });
}

async function promises(
  measure: string,
  { part, n, weaker, dataSets }: PromiseCase,
  draw: (n: number, groups: ReturnType<typeof jackknifeGroups>, next: Random) => MeasureInput[],
): Promise<Promised> {
  /** Two models on a new data set: how far the better one is ahead, whether one is told from the other, and what would tell it. */
  const contest = async (size: number, seed: number) => {
    const inputs = draw(size, jackknifeGroups(size, seed), numbersOf(part, seed));
    const candidates = await Promise.all(
      inputs.map(async (input, k) => {
        const { value, replicates } = (await evaluate([measure], input)).scores[measure];
        return { id: `${k}`, value, replicates, nullValues: null };
      }),
    );
    const { order, ties } = rank(candidates, { seed });
    const told = ties[0].length === 1;
    const pairs = differences(candidates, order, 2);
    const [{ models, value, low }] = pairs;
    return {
      ...{ told, right: told && order[0] === '0', half: value - (low ?? 0) },
      ahead: models[0] === '0' ? value : -value,
      wanted: told ? null : promiseOf(size, pairs),
    };
  };

  const found = await eachDataSet(dataSets, async d => {
    const { wanted, ...of } = await contest(n, d);
    if (wanted === null) return { ...of, later: null };
    const { told } = await contest(wanted, 95e4 + d);
    return { ...of, later: { wanted, told } };
  });
  const mean = (f: (one: (typeof found)[number]) => number) =>
    found.reduce((sum, one) => sum + f(one), 0) / dataSets;
  const [value, half] = [mean(({ ahead }) => ahead), Math.sqrt(mean(one => one.half ** 2))];
  // Of as many samples as are always enough, so that it is known for few, too.
  const average = promiseOf(1e6, [{ models: ['0', '1'], value, low: value - half }]);
  const ties = found.filter(({ told }) => !told);
  const shown = ties.flatMap(({ later }) => later ?? []);
  const sorted = shown.map(({ wanted }) => wanted).sort((a, b) => a - b);
  const at = (q: number) => sorted[Math.floor(q * (sorted.length - 1))];
  return {
    ...{ measure, n, weaker, dataSets, average: average && (average / 1e6) * n },
    needed: weaker > 0 ? await neededFor(n, contest, dataSets / 2) : null,
    tied: ties.length / dataSets,
    shown: shown.length / ties.length,
    quartiles: sorted.length > 0 ? [at(0.25), at(0.5), at(0.75)] : null,
    told: shown.length > 0 ? shown.filter(({ told }) => told).length / shown.length : null,
  };
}

function promiseOf(
  scored: number,
  pairs: { models: [string, string]; value: number; low: number | null }[],
): number | null {
  const order = pairs[0].models;
  const ranking = { order, ties: [order], differences: pairs };
  const report = { dataset: { scored }, ranking };
  // It reads no more of a report.
  return samplesToTell(report as unknown as Parameters<typeof samplesToTell>[0]);
}

/** Between sizes that were tried the share is taken to grow evenly with the logarithm of the size. */
async function neededFor(
  n: number,
  contest: (size: number, seed: number) => Promise<{ right: boolean }>,
  dataSets: number,
): Promise<number | null> {
  let before = { size: n, share: 0 };
  for (const [k, times] of sizes.entries()) {
    const size = times * n;
    const all = await eachDataSet(dataSets, d => contest(size, 1e5 * (k + 1) + d));
    const share = all.filter(({ right }) => right).length / dataSets;
    if (share >= power)
      return (
        before.size * (size / before.size) ** ((power - before.share) / (share - before.share))
      );
    before = { size, share };
  }
  return null;
}
