import { random, shuffle } from '../numerics/random.js';
import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import { principalComponents } from './parts/pca.js';
import type { FeatureData } from './passes/featureData.js';
import { rowsByKey } from './passes/rowsByKey.js';

/** Components that are compared. */
const mostComponents = 32;
/** Samples whose pairs are compared; with their seed, part of the definition. */
const mostSamples = 2000;
const seed = 1;

/**
 * Pairwise annotation representation comparison: whether images whose features differ have different classes. Over the first 32
 * principal components, each divided by its deviation, and all pairs of samples,
 *
 *   PARC = 100 · Spearman(1 - Pearson(z_i, z_j), [y_i ≠ y_j]),
 *
 * with average ranks for ties; [y_i ≠ y_j] ranks as one minus the correlation of one-hot rows. Pearson correlations depend on
 * the signs of the components: the loading of largest magnitude is positive. Distances that differ by less than 4e-9 (less still
 * for few samples) are ties: below that there is rounding.
 *
 * Of more than 2000 samples 2000 are compared, a seeded sample with each class's share of them (`samples`); components and
 * deviations are those of all. Without a group the components, deviations and the sample are kept, and the pairs with a sample
 * of the group are left out.
 */
export const parc: FeatureMeasure = {
  id: 'parc',
  name: 'PARC',
  family: 'features',
  hint: 'Whether images of different classes also differ in the model’s features. Rank correlation over pairs of images, times 100; higher is better.',
  needs: 'features',
  range: [-100, 100],
  direction: 'higher',
  predicts: 'fine-tuning',
  cost: 'n d² + d³ time and 64 n memory, and 2 million pairs at most',
  validity: 'two samples or more in some class',
  source:
    'Bolya, Mittapalli, Hoffman: Scalable Diverse Model Selection for Accessible Transfer Learning, NeurIPS 2021 (arXiv 2111.06977), section 4, without the term for the depth of the network',
  invalid: ({ n, targetClasses }) =>
    n === targetClasses ? notice('measure.singleImages', { least: 2 }) : null,
  async fit(data) {
    const { labels, groups, pace } = data;
    const { count } = await principalComponents(data);
    const pairs = await comparedPairs(data);
    const { samples } = pairs;
    const classes = Int32Array.from(samples, i => labels[i]);
    const member = Int32Array.from(samples, i => groups[i]);
    const without = async (group: number): Promise<number> => {
      if (pace.due(10 * pairs.first.length)) await pace.pause();
      return 100 * spearman(pairs, classes, member, group);
    };
    const value = await without(-1);
    return {
      value,
      details: { samples: samples.length, components: Math.min(mostComponents, count) },
      doubt: count < 2 ? notice('measure.oneDirection', {}) : null,
      without,
    };
  },
};

/** All pairs of some samples, by rising distance. */
interface Pairs {
  /** Rows of the samples; int32 [m]. */
  samples: Int32Array;
  /** Places in `samples` of the two samples of each pair. */
  first: Uint16Array;
  second: Uint16Array;
  /** Whether the pair is exactly as far apart as the one before it. */
  tied: Uint8Array;
}

/** The sorted pairs. Where all samples are compared they do not depend on labels. */
function comparedPairs(data: FeatureData): Promise<Pairs> {
  const { n, labels, targetClasses } = data;
  if (n <= mostSamples)
    return data.once('compared pairs', () =>
      sortedPairs(
        data,
        Int32Array.from({ length: n }, (_, i) => i),
      ),
    );
  return data.onceByLabels('compared pairs', () => {
    // In random order, then class by class, then one of every n / 2000: each class has its share, rounded.
    const order = shuffle(
      Int32Array.from({ length: n }, (_, i) => i),
      random(seed),
    );
    const { rows } = rowsByKey(
      order.map(i => labels[i]),
      targetClasses,
    );
    return sortedPairs(
      data,
      Int32Array.from(
        { length: mostSamples },
        (_, k) => order[rows[Math.floor(((k + 0.5) * n) / mostSamples)]],
      ),
    );
  });
}

async function sortedPairs(data: FeatureData, samples: Int32Array): Promise<Pairs> {
  const m = samples.length;
  const length = (m * (m - 1)) / 2;
  const { z, k } = await directions(data, samples);
  // A number of 52 bits holds the distance and, in its last bits, the pair: sorted, both are.
  const places = 2 ** Math.ceil(Math.log2(Math.max(2, m * m)));
  const grid = 2 ** 50 / places;
  const keys = new Float64Array(length);
  for (let i = 0, at = 0; i < m; i++) {
    for (let j = 0; j < i; j++) {
      let dot = 0;
      for (let a = i * k, b = j * k; a < (i + 1) * k; a++, b++) dot += z[a] * z[b];
      keys[at++] = Math.max(0, Math.round((1 - dot) * grid)) * places + (i * m + j);
    }
    if (data.pace.due(i * k)) await data.pace.pause();
  }
  keys.sort();
  const first = new Uint16Array(length);
  const second = new Uint16Array(length);
  const tied = new Uint8Array(length);
  let before = Number.NaN;
  for (let t = 0; t < length; t++) {
    const distance = Math.floor(keys[t] / places);
    const pair = keys[t] - distance * places;
    first[t] = pair / m;
    second[t] = pair - first[t] * m;
    tied[t] = distance === before ? 1 : 0;
    before = distance;
  }
  return { samples, first, second, tied };
}

/** Standardised components of the samples, less their mean and to length one, so that a product of rows is a correlation. */
async function directions(
  data: FeatureData,
  samples: Int32Array,
): Promise<{ z: Float64Array; k: number }> {
  const { count, scores, squares } = await principalComponents(data);
  const k = Math.min(mostComponents, count);
  const z = new Float64Array(samples.length * k);
  for (let s = 0; s < samples.length; s++) {
    const row = z.subarray(s * k, (s + 1) * k);
    let mean = 0;
    for (let j = 0; j < k; j++) {
      row[j] = scores[samples[s] * count + j] / Math.sqrt(squares[j] / data.n);
      mean += row[j] / k;
    }
    let length = 0;
    for (let j = 0; j < k; j++) {
      row[j] -= mean;
      length += row[j] * row[j];
    }
    // A row of equal numbers correlates with nothing.
    const scale = length > 1e-24 * k ? 1 / Math.sqrt(length) : 0;
    for (let j = 0; j < k; j++) row[j] *= scale;
  }
  return { z, k };
}

/** Rank correlation of distance and of having different classes, over the pairs without a sample of the group. */
function spearman(
  { first, second, tied }: Pairs,
  classes: Int32Array,
  member: Int32Array,
  group: number,
): number {
  const out = member.map(g => (g === group ? 1 : 0));
  // One run of tied pairs after the other: all have the mean of the ranks that they take.
  let before = 0;
  let run = 0;
  let same = 0;
  let others = 0;
  let otherRanks = 0;
  let ties = 0;
  for (let t = 0; t <= first.length; t++) {
    if (t === first.length || tied[t] === 0) {
      otherRanks += (run - same) * (before + (run + 1) / 2);
      others += run - same;
      ties += run * run * run - run;
      before += run;
      run = 0;
      same = 0;
    }
    if (t === first.length || out[first[t]] + out[second[t]] > 0) continue;
    run++;
    if (classes[first[t]] === classes[second[t]]) same++;
  }
  const pairs = before;
  const share = others / pairs;
  const variance = (pairs * pairs * pairs - pairs - ties) / 12 / pairs;
  const covariance = otherRanks / pairs - (share * (pairs + 1)) / 2;
  // Of one class, or of as many as there are samples, or all equally far apart: nothing to correlate.
  const scale = variance * share * (1 - share);
  return scale > 0 ? covariance / Math.sqrt(scale) : Number.NaN;
}
