import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import { recomputed } from './parts/recompute.js';
import {
  discriminant,
  probabilities,
  regularisedFda,
  withinScatter,
} from './parts/regularisedFda.js';
import type { FeatureData } from './passes/featureData.js';

/**
 * Self-challenging Fisher discriminant analysis: the mean probability of the right class, once samples that are easy to tell
 * have been made harder. After a regularised FDA with probabilities p_i (see `regularisedFda`) each sample moves to the others,
 *
 *   x_i ← p̃_i x_i + (1 - p̃_i) · mean of the other classes' means,   p̃_i = softmax(p_i) at y_i,
 *
 * and the analysis is done again with the same a: SFDA = (1 / n) Σ_i p(y_i), in 0 to 1, without a logarithm, as published.
 * p̃ is a softmax of probabilities: at most e / (e + Ct - 1), so that all samples move far. Where n - Ct is no more than the number
 * of columns that vary all labels are fitted, and every model scores 1. Without a group it is computed anew on the rest.
 */
export const sfda: FeatureMeasure = {
  id: 'sfda',
  name: 'SFDA',
  family: 'features',
  hint: 'How surely a linear classifier of the model’s features names the right class once easy images are made harder. Mean probability; higher is better.',
  needs: 'features',
  range: [0, 1],
  direction: 'higher',
  predicts: 'fine-tuning',
  cost: 'n d² + d³ time, d² memory',
  validity: 'more samples than features and classes together',
  source:
    'Shao et al.: Not All Models Are Equal (SFDA), ECCV 2022 (arXiv 2207.03036), equations 3 to 8, with the largest eigenvalue exact',
  async fit(data) {
    const { n, counts } = data;
    const value = await sfdaOf(data);
    const { columns, saturated, said, shrinkage } = await regularisedFda(data);
    const dimension = columns.length;
    if (dimension === 0) return { value, doubt: notice('measure.constantFeatures', {}) };
    const details = { shrinkage };
    if (!saturated && said) return { value, details, without: recomputed(data, sfdaOf) };
    const doubt = notice('measure.separable', { n, classes: counts.present, dimension });
    return { value, details, doubt };
  },
};

async function sfdaOf(data: FeatureData): Promise<number> {
  const first = await regularisedFda(data);
  if (!first.said) return Number.NaN;
  const { twice } = first.said;
  const { n, dimension: d, targetClasses, labels, counts, blas, pace } = data;
  const gram = new Float64Array(d * d);
  const sums = new Float64Array(targetClasses * d);
  for await (const { start, rows, x } of mixed(data, twice)) {
    for (let i = 0; i < rows; i++) {
      const to = labels[start + i] * d;
      for (let j = 0; j < d; j++) sums[to + j] += x[i * d + j];
    }
    const part = await blas.gram({ data: x, rows, columns: d });
    for (let k = 0; k < part.length; k++) gram[k] += part[k];
    if (pace.due(rows * d + d * d)) await pace.pause();
  }
  const within = await withinScatter(gram, sums, data, first.columns);
  const fit = await discriminant(within, sums, counts, first.columns, first.shrinkage, blas);
  if (!fit) return Number.NaN;
  let sum = 0;
  for await (const { start, rows, x } of mixed(data, twice)) {
    const p = await probabilities(data, fit, x, rows);
    for (let i = 0; i < rows; i++) sum += p[i * targetClasses + labels[start + i]];
  }
  return sum / n;
}

/** The samples, about the shift, each moved to the mean of the other classes' means. */
async function* mixed(
  data: FeatureData,
  twice: Float64Array,
): AsyncGenerator<{ start: number; rows: number; x: Float64Array }> {
  const { dimension: d, targetClasses, labels, counts } = data;
  const { shift } = await data.moments();
  const sums = await data.classSums();
  const others = new Float64Array(targetClasses * d);
  const total = new Float64Array(d);
  for (let c = 0; c < targetClasses; c++)
    if (counts.ofClass[c] > 0)
      for (let j = 0; j < d; j++) total[j] += sums[c * d + j] / counts.ofClass[c];
  for (let c = 0; c < targetClasses; c++)
    if (counts.ofClass[c] > 0)
      for (let j = 0; j < d; j++) {
        const own = sums[c * d + j] / counts.ofClass[c];
        others[c * d + j] = (total[j] - own) / (counts.present - 1);
      }
  let space = new Float64Array(0);
  for await (const { start, rows, values } of data.blocks()) {
    if (space.length < rows * d) space = new Float64Array(rows * d);
    const x = space.subarray(0, rows * d);
    for (let i = 0, at = 0; i < rows; i++) {
      const p = twice[start + i];
      const to = labels[start + i] * d;
      for (let j = 0; j < d; j++, at++)
        x[at] = p * (values[at] - shift[j]) + (1 - p) * others[to + j];
    }
    yield { start, rows, x };
    if (data.pace.due(rows * d)) await data.pace.pause();
  }
}
