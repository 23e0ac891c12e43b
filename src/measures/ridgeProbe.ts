import { notice } from '../protocol/notice.js';
import { quality } from './classification.js';
import type { FeatureMeasure } from './measure.js';
import { pairsMatter } from './pairs.js';
import {
  choosePenalty,
  inverseFactor,
  leaveOneOutError,
  leveragesOf,
  oneHot,
  penalties,
  standardProducts,
  weightsOf,
} from './ridge.js';
import { RidgeGroups } from './ridgeGroups.js';
import { standardOf } from './standardise.js';

/** The factor of the penalty that was used last, and the leverages under every one that was used. */
interface Factors {
  penalty: number;
  inverse: Float64Array | null;
  leverages: Map<number, Float64Array>;
}

/**
 * A linear head trained in closed form, every sample predicted by the head of the others. Features are standardised (1/n, constant
 * columns dropped), targets T are one-hot classes less their means, the intercept is not penalised. The ridge is λ n, n being the
 * mean eigenvalue of ZᵀZ, λ of 25 values from 1e-4 to 1e4 by generalised cross-validation (Golub, Heath and Wahba 1979). The
 * leave-one-out errors are e_i = (T - A T)_i / (1 - A_ii - 1/n), A = Z (ZᵀZ + λ n I)⁻¹ Zᵀ (Allen's PRESS): those of n refits
 * with the same standardisation and ridge. The value is R² = 1 - Σ ‖e_i‖² / ‖T‖². Without a group it is that of the rest about
 * its own class shares, exactly, with λ n and the standardisation of all samples held.
 */
export const ridgeProbe: FeatureMeasure = {
  id: 'ridgeProbe',
  name: 'Ridge probe',
  family: 'probe',
  hint: 'How well a linear head on the model’s features predicts your labels, each image judged by a head trained without it. R²; higher is better, 1 is perfect.',
  needs: 'features',
  range: [Number.NEGATIVE_INFINITY, 1],
  direction: 'higher',
  noSignal: 0,
  predicts: 're-trained head',
  cost: 'n d² + d³ + n d Ct time, d² memory',
  validity: 'any number of samples, two classes or more',
  source:
    'Golub, Heath and Wahba: Generalized cross-validation as a method for choosing a good ridge parameter, Technometrics 21(2), 1979, equation 1.4; leave-one-out residuals by Allen, Technometrics 16(1), 1974',
  pairs: pairsMatter,
  async fit(data) {
    const { n, dimension, labels, targetClasses } = data;
    const standard = await data.once('standard', async () => standardOf(await data.moments()));
    const targets = oneHot(data);
    if (!(targets.total > 0)) return { value: Number.NaN, doubt: notice('measure.oneClass', {}) };
    const products = await standardProducts(targets, standard, dimension);
    const penalty = await choosePenalty(data, standard, targets, products);
    const ridge = penalties[penalty] * n;
    const factors = await data.once<Factors>('ridge factors', () => ({
      penalty: -1,
      inverse: null,
      leverages: new Map(),
    }));
    if (factors.penalty !== penalty) {
      factors.inverse = null;
      factors.inverse = await inverseFactor(data, standard, ridge);
      factors.penalty = penalty;
    }
    const { inverse } = factors;
    if (!inverse)
      return { value: Number.NaN, doubt: notice('measure.notFinite', { value: Number.NaN }) };
    const leverages =
      factors.leverages.get(penalty) ?? (await leveragesOf(data, standard, inverse));
    factors.leverages.set(penalty, leverages);
    const weights = await weightsOf(data, inverse, products, targets.columns);
    const fit = { standard, inverse, weights, leverages };
    const predicted = new Int32Array(n);
    const scores = new Float64Array(targetClasses);
    const error = await leaveOneOutError(data, targets, fit, (i, errors) => {
      for (let c = 0; c < targetClasses; c++) scores[c] = -errors[c];
      scores[labels[i]] += 1;
      predicted[i] = firstLargest(scores);
    });
    const groups = new RidgeGroups(data, oneHot, targets, ridge, fit);
    return {
      value: 1 - error / targets.total,
      without: group => groups.without(group),
      doubt: penalty === penalties.length - 1 ? notice('measure.nothingFound', { n }) : null,
      details: { ...quality(labels, predicted, data.counts), lambda: penalties[penalty] },
    };
  },
};

function firstLargest(values: Float64Array): number {
  let best = 0;
  for (let c = 1; c < values.length; c++) if (values[c] > values[best]) best = c;
  return best;
}
