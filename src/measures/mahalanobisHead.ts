import { eigenOf } from '../numerics/eigen.js';
import { tridiagonalizing } from '../numerics/tridiagonal.js';
import { notice } from '../protocol/notice.js';
import { type ClassMetric, classMetric } from './classMetric.js';
import type { FeatureData } from './featureData.js';
import { type HeldOut, meanOfOthers, scoreOfHeldOut, undefinedScore } from './heldOut.js';
import type { FeatureMeasure } from './measure.js';
import { recomputed } from './recompute.js';
import { ledoitWolf, scatterOf } from './scatter.js';

/** Operations that fitting anew without every group may take; some 20 s. */
const affordable = 5e11;
/** Bytes that the metrics of the classes of one pass may take. */
const budget = 64e6;

/**
 * Simple CNAPS' head, every sample judged by the others: class c scores -½ (x - m_c)ᵀ Q_c⁻¹ (x - m_c), Q_c = l_c S_c + (1 - l_c) S + ρ I
 * with l_c = n_c / (n_c + 1), S_c the covariance of the class and S that of all, both divided by their number of samples. There is no
 * log-determinant and no prior, as in the paper; ρ = a tr S / d (a by Ledoit and Wolf) takes the place of the paper's 1,
 * which would depend on the scale of the features, and stays that of all samples. A class that is empty without a sample has the
 * mean of the others and S. Value: mean log-likelihood.
 *
 * Exact in closed form: S without sample i is S less a multiple of t tᵀ, t = x - m, and its own class loses r rᵀ, r = x - m_c, too.
 *
 * Without a group everything is computed anew on the rest where groups x (n² d + n d² + d³) allows it (5e11). Beyond, the samples'
 * log-likelihoods are held and the group is left out of their mean: what its samples teach the classifier is then left out.
 */
export const mahalanobisHead: FeatureMeasure = {
  id: 'mahalanobisHead',
  name: 'Mahalanobis head',
  family: 'probe',
  hint: 'How well Gaussian classes, each with its own spread in the model’s features, predict your labels, each image judged without itself. Mean log-likelihood in nats; higher is better.',
  needs: 'features',
  range: [Number.NEGATIVE_INFINITY, 0],
  direction: 'higher',
  unit: 'nats',
  predicts: 're-trained head',
  cost: 'n d min(n, Ct d) + n d² + d³ time, d² memory',
  validity: 'features that are not all the same',
  source:
    'Bateni et al.: Improved Few-Shot Visual Classification (Simple CNAPS), CVPR 2020 (arXiv 1912.03432), equations 2 to 4',
  async fit(data) {
    if (data.counts.present < 2)
      return { value: Number.NaN, doubt: notice('measure.oneClass', {}) };
    const found = await judge(data);
    if (!found) return undefinedScore();
    const { n, dimension: d, groupCount } = data;
    const fitted = scoreOfHeldOut(data, found, found.details);
    if (fitted.doubt) return fitted;
    const cheap = groupCount * (2 * n * d * (n + d) + 10 * d ** 3) <= affordable;
    return {
      ...fitted,
      without: cheap
        ? recomputed(data, async left => {
            const judged = await judge(left);
            return judged ? scoreOfHeldOut(left, judged).value : Number.NaN;
          })
        : meanOfOthers(data, found.logLikelihoods),
    };
  },
};

type Judged = HeldOut & { details: Record<string, number> };

/** Null where the features are all the same, or there are no classes to tell apart. */
async function judge(data: FeatureData): Promise<Judged | null> {
  const { n, dimension: d, labels, counts } = data;
  if (counts.present < 2) return null;
  const scatter = await scatterOf(data);
  const shrinkage = ledoitWolf(scatter);
  const ridge = (shrinkage * scatter.trace) / n / d;
  if (!(ridge > 0)) return null;
  const axes = await principalAxes(data);
  const tally = new Tally(n, labels);
  const classes = [...counts.ofClass.keys()].filter(c => counts.ofClass[c] > 0);
  const bytes = (c: number): number => 16 * d * Math.min(d, counts.ofClass[c]);
  for (let first = 0; first < classes.length; ) {
    let last = first;
    for (let held = 0; last < classes.length; last++) {
      held += bytes(classes[last]);
      if (held > budget && last > first) break;
    }
    const some = classes.slice(first, last);
    const metrics = await metricsOf(data, axes, some, ridge);
    if (!metrics) return null;
    await addScores(data, axes, metrics, tally);
    first = last;
  }
  return { ...tally.result(), details: { shrinkage } };
}

/** Coordinates along the eigenvectors of the scatter of all samples about their mean. */
interface Axes {
  centre: Float64Array;
  /** Eigenvalues of Σ (x - m)(x - m)ᵀ. */
  spread: Float64Array;
  /** One a row. */
  vectors: Float64Array;
}

function principalAxes(data: FeatureData): Promise<Axes> {
  return data.once('principal axes', async () => {
    const { n, shift, sum, gram } = await data.moments();
    const d = shift.length;
    const total = gram.slice();
    for (let i = 0, at = 0; i < d; i++)
      for (let j = 0; j < d; j++, at++) total[at] -= (sum[i] * sum[j]) / n;
    const form = await data.pace.through(tridiagonalizing(total, d));
    const { values, vectors } = eigenOf(form);
    return {
      centre: shift.map((v, j) => v + sum[j] / n),
      spread: values.map(v => Math.max(0, v)),
      vectors,
    };
  });
}

async function turned(
  data: FeatureData,
  { centre, vectors }: Axes,
  values: Float32Array,
  rows: number,
): Promise<Float64Array> {
  const d = data.dimension;
  const x = new Float64Array(rows * d);
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < d; j++, at++) x[at] = values[at] - centre[j];
  return data.blas.multiply(
    { data: x, rows, columns: d },
    { data: vectors, rows: d, columns: d },
    { transposeB: true },
  );
}

/** One pass: what measures distances to each of some classes, for samples of others and for its own. */
async function metricsOf(
  data: FeatureData,
  axes: Axes,
  classes: readonly number[],
  ridge: number,
): Promise<ClassMetric[] | null> {
  const { dimension: d, counts, labels, blas, pace, n } = data;
  const members = new Map(
    classes.map(c => [c, { values: new Float32Array(counts.ofClass[c] * d), count: 0 }]),
  );
  for await (const { start, rows, values } of data.blocks()) {
    for (let i = 0; i < rows; i++) {
      const own = members.get(labels[start + i]);
      own?.values.set(values.subarray(i * d, (i + 1) * d), own.count++ * d);
    }
    if (pace.due(rows * d)) await pace.pause();
  }
  const metrics: ClassMetric[] = [];
  for (const [label, { values, count }] of members) {
    const rows = await turned(data, axes, values, count);
    members.delete(label);
    const metric = await classMetric(label, rows, count, axes.spread, n, ridge, blas);
    if (!metric) return null;
    metrics.push(metric);
    await pace.pause();
  }
  return metrics;
}

/** One pass: the scores of all samples for some classes. */
async function addScores(
  data: FeatureData,
  axes: Axes,
  metrics: readonly ClassMetric[],
  tally: Tally,
): Promise<void> {
  const { labels, pace, dimension: d } = data;
  for await (const { start, rows, values } of data.blocks()) {
    const z = await turned(data, axes, values, rows);
    for (const metric of metrics) {
      const distances = await metric.distances(z, labels.subarray(start, start + rows));
      for (let i = 0; i < rows; i++) tally.add(start + i, metric.label, -distances[i] / 2);
      if (pace.due(rows * d * 2)) await pace.pause();
    }
  }
}

/** The softmax of scores that come class by class. */
class Tally {
  private readonly most: Float64Array;
  private readonly sum: Float64Array;
  private readonly own: Float64Array;
  private readonly best: Int32Array;

  constructor(
    n: number,
    private readonly labels: Int32Array,
  ) {
    this.most = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
    this.sum = new Float64Array(n);
    this.own = new Float64Array(n);
    this.best = new Int32Array(n).fill(-1);
  }

  add(i: number, label: number, score: number): void {
    if (label === this.labels[i]) this.own[i] = score;
    if (score > this.most[i]) {
      this.sum[i] = this.sum[i] * Math.exp(this.most[i] - score) + 1;
      this.most[i] = score;
      this.best[i] = label;
    } else this.sum[i] += Math.exp(score - this.most[i]);
  }

  result(): HeldOut {
    return {
      logLikelihoods: this.own.map((v, i) => v - this.most[i] - Math.log(this.sum[i])),
      predicted: this.best,
    };
  }
}
