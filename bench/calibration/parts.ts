import { type Coverage, featureCoverage, outputCoverage } from './coverage.js';
import { type Null, nullCorrected } from './nulls.js';
import { featurePromises, outputPromises, type Promised } from './promises.js';
import { featureWinners, outputWinners, type Winners } from './winners.js';

/** What one part finds; each is computed in a process of its own. */
export interface Found {
  outputs: Coverage[];
  features: Coverage[];
  winners: Winners[];
  /** Of outputs without any signal, by samples and source classes. */
  noise: Winners[];
  nulls: Null[];
  promises: Promised[];
}

const part = (n: number, size: number, strength: number, dataSets = 1000) => ({
  n,
  size,
  strength,
  dataSets,
});

/** Those of outputs are as many samples and source classes, of features as many samples and dimensions; then the signal. */
const outputs = [
  part(200, 10, 0.7),
  part(200, 100, 0.7),
  part(2000, 10, 0.7),
  part(2000, 100, 0.7),
];
const features = [
  part(200, 16, 0.35),
  part(200, 208, 0.12),
  part(2000, 16, 0.35),
  part(2000, 64, 0.2),
  part(200, 16, 0),
  part(200, 208, 0),
  part(2000, 16, 0),
];
const contest = { n: 200, sourceClasses: 10, dataSets: 1000 };
/** Samples and source classes of outputs that have nothing to say; fewer data sets, of twenty models each, where they are large. */
const noise = [50, 200, 2000].flatMap(n =>
  [2, 100, 1000].map(sourceClasses => ({
    ...{ n, sourceClasses, strength: 0 },
    dataSets: n * sourceClasses > 1e6 ? 100 : n * sourceClasses > 1e5 ? 250 : 1000,
  })),
);
const signals = { outputs: [0, 0.7], features: [0, 0.35] };

/** Samples, and by how much the second of two models is weaker: from a number that is about right to none that ever is. */
const promise = [
  ...[
    [30, 0.5],
    [100, 0.3],
    [100, 0.2],
    [100, 0],
    [200, 0.2],
    [200, 0.15],
    [200, 0],
  ],
].map(([n, weaker]) => ({ n, weaker }));
const promiseOfFeatures = [
  [30, 0.5],
  [100, 0.3],
  [200, 0.2],
].map(([n, weaker]) => ({ n, weaker }));

/** In the order of the page; the seed of each is its place, so new ones go to the end. */
export const parts: Record<string, () => Promise<Partial<Found>>> = Object.fromEntries([
  ...outputs.map((p, k) => [
    `outputs-${p.n}-${p.size}`,
    async () => ({ outputs: await outputCoverage({ part: k, ...p }) }),
  ]),
  ...features.map((p, k) => [
    `features-${p.n}-${p.size}${p.strength > 0 ? '' : '-noise'}`,
    async () => ({ features: await featureCoverage({ part: 10 + k, ...p }) }),
  ]),
  ...signals.outputs.map((strength, k) => [
    `winners-outputs${strength > 0 ? '' : '-noise'}`,
    async () => ({ winners: await outputWinners({ part: 30 + k, strength, ...contest }) }),
  ]),
  ...signals.features.map((strength, k) => [
    `winners-features${strength > 0 ? '' : '-noise'}`,
    async () => ({
      winners: await featureWinners({ part: 40 + k, strength, ...contest, sourceClasses: 1 }),
    }),
  ]),
  ['nulls', nulls],
  ...noise.map((of, k) => [
    `winners-noise-${of.n}-${of.sourceClasses}`,
    async () => ({ noise: await outputWinners({ part: 80 + k, ...of }) }),
  ]),
  ...promise.map((of, k) => [
    `promises-outputs-${of.n}-${of.weaker}`,
    async () => ({ promises: [await outputPromises({ part: 100 + k, dataSets: 400, ...of })] }),
  ]),
  ...promiseOfFeatures.map((of, k) => [
    `promises-features-${of.n}-${of.weaker}`,
    async () => ({ promises: [await featurePromises({ part: 110 + k, dataSets: 200, ...of })] }),
  ]),
]);

/** Fewer draws where the outputs of one are many. */
async function nulls(): Promise<Partial<Found>> {
  const found: Null[] = [];
  for (const [i, n] of [50, 200, 2000].entries())
    for (const [j, classes] of [2, 10, 100, 1000].entries()) {
      const draws = n * classes > 1e6 ? 250 : 1000;
      found.push(...(await nullCorrected(60 + 4 * i + j, n, classes, draws)));
    }
  return { nulls: found };
}
