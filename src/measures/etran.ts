import { notice } from '../protocol/notice.js';
import type { PoolMeasure } from './measure.js';
import { regularisedFda } from './parts/regularisedFda.js';
import { scaledParts } from './parts/scaledParts.js';
import type { FeatureData } from './passes/featureData.js';

/**
 * ETran: two parts, each scaled to 0 to 1 over the models of the pool,
 *
 *   ETran = 0.15 minmax(energy) + 0.85 minmax(lda),
 *   energy = (1 / n) Σ_i ln Σ_z exp(logit_iz),   lda = (1 / n) Σ_i p(y_i) of a regularised FDA (see `regularisedFda`),
 *
 * the weights those of the released evaluation code; its option to average the energy over a tail only is not taken. The energy is not told by
 * probabilities: a model that gives no logits has no score, and the others are scaled without it. Where n - Ct is no more than the
 * number of columns that vary lda is 1 for every model: no score either. The score of a pool of one has no meaning.
 * Without a group the energy is exact and the FDA computed anew on the rest.
 */
export const etran: PoolMeasure = {
  id: 'etran',
  name: 'ETran',
  family: 'features',
  hint: 'How sure the model is of its own classes and how well its features separate yours, from 0 to 1 among the models compared. Higher is better; changes with the list of models.',
  needs: 'pool',
  range: [0, 1],
  direction: 'higher',
  predicts: 'fine-tuning',
  cost: 'n Cs + n d² + d³ time, d² memory',
  validity: 'more samples than features and classes together; models that give logits',
  source:
    'Gholami et al.: ETran: Energy-Based Transferability Estimation, ICCV 2023 (arXiv 2308.02027), sections 3.2 and 3.3, mixed as in the released code',
  invalid: ({ n, targetClasses, dimension }) =>
    n - targetClasses <= dimension
      ? notice('measure.separable', { n, classes: targetClasses, dimension })
      : null,
  async parts(data) {
    const energies = await energyByGroup(data);
    const lda = await ldaOf(data);
    return {
      parts: { energy: energies.without(-1), lda },
      without: async g => ({
        energy: energies.without(g),
        lda: Number.isNaN(lda) ? lda : await ldaOf(data.without(g)),
      }),
    };
  },
  combine(pool) {
    const { energy, lda } = scaledParts(pool, ['energy', 'lda']);
    return energy.map((e, k) => 0.15 * e + 0.85 * lda[k]);
  },
};

async function ldaOf(data: FeatureData): Promise<number> {
  const { saturated, said } = await regularisedFda(data);
  if (saturated || !said) return Number.NaN;
  return said.own.reduce((a, b) => a + b, 0) / data.n;
}

/** Mean energy of all samples (-1), or of those outside a group; not a number where the model gives no logits. */
async function energyByGroup(data: FeatureData): Promise<{ without(group: number): number }> {
  const logits = data.logits();
  if (!logits) return { without: () => Number.NaN };
  const { columns, blocks } = logits;
  const { groups, groupCount, pace } = data;
  const sums = new Float64Array(Math.max(1, groupCount));
  const counts = new Float64Array(sums.length);
  for await (const { start, rows, values } of blocks) {
    for (let i = 0; i < rows; i++) {
      let most = Number.NEGATIVE_INFINITY;
      for (let at = i * columns; at < (i + 1) * columns; at++) most = Math.max(most, values[at]);
      let sum = 0;
      for (let at = i * columns; at < (i + 1) * columns; at++) sum += Math.exp(values[at] - most);
      const g = groupCount > 0 ? groups[start + i] : 0;
      sums[g] += most + Math.log(sum);
      counts[g]++;
    }
    if (pace.due(5 * rows * columns)) await pace.pause();
  }
  return {
    without(group) {
      let sum = 0;
      let count = 0;
      for (let g = 0; g < sums.length; g++) {
        if (g === group) continue;
        sum += sums[g];
        count += counts[g];
      }
      return sum / count;
    },
  };
}
