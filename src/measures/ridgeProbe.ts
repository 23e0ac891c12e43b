import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import { quality } from './parts/classification.js';
import {
  choosePenalty,
  inverseFactor,
  leaveOneOutError,
  leveragesOf,
  penalties,
  standardProducts,
  totalOf,
  weightsOf,
} from './parts/ridge.js';
import { RidgeGroups } from './parts/ridgeGroups.js';
import { standardOf } from './parts/standardise.js';
import { numberTargets, oneHot, presentClasses, type Targets } from './parts/targets.js';
import type { FeatureData } from './passes/featureData.js';
import { pairsMatter } from './passes/pairs.js';

/** The factor of the penalty that was used last, and the leverages under every one that was used. */
interface Factors {
  penalty: number;
  inverse: Float64Array | null;
  leverages: Map<number, Float64Array>;
}

/**
 * A linear head trained in closed form, every sample predicted by the head of the others. Features are standardised (1/n, constant
 * columns dropped), targets T are one-hot classes, or labels that are numbers in units of their deviation, less their means, the intercept is not penalised. The ridge is λ n, n being the
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
  takesNumbers: true,
  cost: 'n d² + d³ + n d Ct time, d² memory',
  validity: 'any number of samples, two classes or more',
  source:
    'Golub, Heath and Wahba: Generalized cross-validation as a method for choosing a good ridge parameter, Technometrics 21(2), 1979, equation 1.4; leave-one-out residuals by Allen, Technometrics 16(1), 1974',
  pairs: pairsMatter,
  async fit(data) {
    const { n, dimension } = data;
    const standard = await standardOf(data);
    const asked = askedOf(data);
    const targets = await asked(data);
    const total = totalOf(targets);
    if (!(total > 0)) return { value: Number.NaN, doubt: notice('measure.oneClass', {}) };
    const products = standardProducts(targets, standard, dimension);
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
    const probe = data.numbers ? null : new Classified(data);
    const error = await leaveOneOutError(data, targets, fit, (i, errors) => probe?.add(i, errors));
    const groups = new RidgeGroups(data, asked, targets, ridge, fit);
    return {
      value: 1 - error / total,
      without: group => groups.without(group),
      doubt: penalty === penalties.length - 1 ? notice('measure.nothingFound', { n }) : null,
      details: { ...probe?.quality(), lambda: penalties[penalty] },
    };
  },
};

/** What the head is trained towards: classes, or numbers in units of their deviation over all samples, so that columns count alike. */
function askedOf(data: FeatureData): (set: FeatureData) => Promise<Targets> {
  if (!data.numbers) return set => oneHot(set);
  const { columns, values } = data.numbers;
  const mean = new Float64Array(columns);
  const unit = new Float64Array(columns);
  for (let k = 0; k < values.length; k++) mean[k % columns] += values[k] / data.n;
  for (let k = 0; k < values.length; k++)
    unit[k % columns] += (values[k] - mean[k % columns]) ** 2 / data.n;
  // A column that does not vary but for rounding asks nothing.
  const deviation = unit.map((v, c) =>
    Math.sqrt(v) > 1e-12 * Math.abs(mean[c]) ? Math.sqrt(v) : Number.POSITIVE_INFINITY,
  );
  return set => numberTargets(set, deviation);
}

/** The classes that leave-one-out predictions choose. */
class Classified {
  private readonly predicted: Int32Array;
  private readonly classes: number[];
  private readonly scores: Float64Array;

  constructor(private readonly data: FeatureData) {
    this.predicted = new Int32Array(data.n);
    this.classes = presentClasses(data);
    this.scores = new Float64Array(this.classes.length);
  }

  add(i: number, errors: Float64Array): void {
    const { classes, scores, data } = this;
    for (let c = 0; c < scores.length; c++)
      scores[c] = (classes[c] === data.labels[i] ? 1 : 0) - errors[c];
    this.predicted[i] = classes[firstLargest(scores)];
  }

  quality() {
    return quality(this.data.labels, this.predicted, this.data.counts);
  }
}

function firstLargest(values: Float64Array): number {
  let best = 0;
  for (let c = 1; c < values.length; c++) if (values[c] > values[best]) best = c;
  return best;
}
