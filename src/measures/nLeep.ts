import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import { type Components, componentsOfEnergy } from './parts/pca.js';
import {
  expect,
  fitMixture,
  type Mixture,
  maximise,
  type Points,
  type Posterior,
} from './parts/sphericalMixture.js';
import type { FeatureData } from './passes/featureData.js';

/** Share of the features' scatter that the components keep. */
const energy = 0.8;
/** Components of the mixture for each class, and samples that each must have on average. */
const perClass = 5;
const samplesEach = 5;
/** Added to variances, as a share of the mean variance of a point along one direction: it scales with the features. */
const regularisation = 1e-5;
const seeds = [1, 2, 3];

/**
 * N-LEEP: LEEP with clusters of the features in place of source classes. The features go to their first principal components
 * with 80 % of the scatter; a mixture of K Gaussians, each with one variance for all directions, is fitted there by expectation
 * maximisation; its posteriors are the dummy label distributions θ of LEEP, with counts N(y, z) and M(z) of the same samples:
 *
 *   N-LEEP = (1 / n) Σ_i ln Σ_z N(y_i, z) / M(z) θ_iz.
 *
 * K = 5 Ct as in the paper, but no more than n / 5. The paper does not say what covariances are: full ones cost minutes, and
 * public code differs. 1e-5 of the mean variance is added to variances. Starts are by k-means++, rounds end where the mean log
 * density changes by 1e-3 or less (at most 50); the value is the mean over three seeds, `deviation` their standard deviation.
 *
 * Without a group the components, K and the mixture of each seed are those of all samples to begin with; two rounds on the rest
 * adapt the mixture, then LEEP is that of the rest. From a new start each time the seeds' scatter would drown the groups': in
 * simulation that gives 1.3 to 2.7 times the true standard error, this 0.75 to 1.2 times.
 */
export const nLeep: FeatureMeasure = {
  id: 'nLeep',
  name: 'N-LEEP',
  family: 'features',
  hint: 'How well clusters of the model’s features predict your labels. Mean log-likelihood in nats; higher is better.',
  needs: 'features',
  range: [Number.NEGATIVE_INFINITY, 0],
  direction: 'higher',
  predicts: 'fine-tuning',
  cost: 'n d² + d³, and some hundred times n 5 Ct m time for m components; n m memory',
  validity: 'five samples a class or more',
  source: 'Li et al.: Ranking Neural Checkpoints, CVPR 2021 (arXiv 2011.11200), section 4.2',
  invalid: ({ n, targetClasses }) =>
    n < samplesEach * targetClasses
      ? notice('measure.fewForClusters', { n, classes: targetClasses, each: samplesEach })
      : null,
  async fit(data) {
    const { labels, targetClasses } = data;
    const components = await componentsOfEnergy(data, energy);
    if (components.count === 0)
      return { value: Number.NaN, doubt: notice('measure.constantFeatures', {}) };
    const points = pointsOf(components);
    const { floor, fits } = await mixturesOf(data, components);
    const values = fits.map(fit => leepOf(fit.posterior, labels, targetClasses));
    const value = mean(values);
    const byGroup = await data.rowsByGroup();
    return {
      value,
      details: {
        deviation: Math.sqrt(mean(values.map(v => (v - value) ** 2)) * (3 / 2)),
        components: components.count,
        clusters: fits[0].mixture.weights.length,
      },
      without: async g => {
        const { rows, starts } = byGroup;
        const out = new Uint8Array(points.n);
        for (const row of rows.subarray(starts[g], starts[g + 1])) out[row] = 1;
        const rest = restOf(points, out);
        const left = labels.filter((_, i) => out[i] === 0);
        const replicates: number[] = [];
        for (const { mixture, posterior } of fits) {
          const size = mixture.weights.length;
          let said = restOfPosterior(posterior, out);
          for (let round = 0; round < 2; round++) {
            const adapted = await maximise(rest, said, size, floor, data.pace);
            said = await expect(rest, adapted, data);
          }
          replicates.push(leepOf(said, left, targetClasses));
        }
        return mean(replicates);
      },
    };
  },
};

/** The mixture of each seed, and what was added to its variances. They do not depend on labels, only on how many classes there are. */
function mixturesOf(
  data: FeatureData,
  components: Components,
): Promise<{ floor: number; fits: { mixture: Mixture; posterior: Posterior }[] }> {
  const { n, counts } = data;
  const size = Math.max(1, Math.min(perClass * counts.present, Math.floor(n / samplesEach)));
  return data.once(`${size} clusters`, async () => {
    const points = pointsOf(components);
    const squares = components.squares.reduce((a, b) => a + b, 0);
    const floor = (regularisation * squares) / (n * components.count);
    const fits: { mixture: Mixture; posterior: Posterior }[] = [];
    for (const seed of seeds) fits.push(await fitMixture(points, size, floor, seed, data));
    return { floor, fits };
  });
}

function pointsOf({ count, scores }: Components): Points {
  return { n: scores.length / count, d: count, values: scores };
}

/** The points that are not left out. */
function restOf({ n, d, values }: Points, out: Uint8Array): Points {
  const rest = new Float64Array(n * d);
  let kept = 0;
  for (let i = 0; i < n; i++)
    if (out[i] === 0) rest.set(values.subarray(i * d, (i + 1) * d), kept++ * d);
  return { n: kept, d, values: rest.subarray(0, kept * d) };
}

function restOfPosterior(all: Posterior, out: Uint8Array): Posterior {
  const starts = [0];
  const components = new Int32Array(all.components.length);
  const values = new Float64Array(all.values.length);
  let filled = 0;
  for (let i = 0; i < out.length; i++) {
    if (out[i] === 1) continue;
    for (let e = all.starts[i]; e < all.starts[i + 1]; e++) {
      components[filled] = all.components[e];
      values[filled++] = all.values[e];
    }
    starts.push(filled);
  }
  return { starts: Int32Array.from(starts), components, values, logLikelihood: Number.NaN };
}

/** LEEP with a posterior in place of θ. */
export function leepOf(
  { starts, components, values }: Posterior,
  labels: Int32Array,
  targetClasses: number,
): number {
  const n = labels.length;
  const size = components.reduce((most, k) => Math.max(most, k), 0) + 1;
  const joint = new Float64Array(targetClasses * size);
  const marginal = new Float64Array(size);
  for (let i = 0; i < n; i++)
    for (let e = starts[i]; e < starts[i + 1]; e++) {
      joint[labels[i] * size + components[e]] += values[e];
      marginal[components[e]] += values[e];
    }
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let likelihood = 0;
    for (let e = starts[i]; e < starts[i + 1]; e++)
      likelihood += (joint[labels[i] * size + components[e]] / marginal[components[e]]) * values[e];
    sum += Math.log(Math.max(1e-300, likelihood));
  }
  return sum / n;
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
