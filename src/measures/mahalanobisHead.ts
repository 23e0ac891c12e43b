import type { Matrix } from '../numerics/blas.js';
import { eigenOf } from '../numerics/eigen.js';
import { tridiagonalizing } from '../numerics/tridiagonal.js';
import type { FeatureMeasure } from './measure.js';
import { centredGram, groupAboutMean } from './parts/centredRidge.js';
import { Bases, ClassMetric, Rows } from './parts/classMetric.js';
import { type HeldOut, type Judged, judgedScore } from './parts/heldOut.js';
import { ledoitWolf, scatterOf, scatterWithout } from './parts/scatter.js';
import type { FeatureData } from './passes/featureData.js';

/** Bytes that the metrics of the classes of one pass may take, and the samples in their axes if these are kept. */
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
 * Without a group it is that of the rest, with a mean, a ρ and classes of its own: the scatter of the rest is that of all less a term
 * of the group's rank, so that the axes of all serve (Woodbury's formula); where the group is larger than d, or is all that a
 * direction has, the rest gets its own. Where groups x n² d is above 5e11 the samples' log-likelihoods are held and the group is left
 * out of their mean: what its samples teach the classifier is then left out.
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
  cost: 'n d min(n, Ct d) + n d² + d³ time, d² memory; n d min(n, Ct d) again for each jackknife group',
  validity: 'features that are not all the same',
  source:
    'Bateni et al.: Improved Few-Shot Visual Classification (Simple CNAPS), CVPR 2020 (arXiv 1912.03432), equations 2 to 4',
  fit: data => judgedScore(data, group => judge(data, group), operationsOf(data)),
};

/** Multiplications and additions that all samples take for the metrics of all classes. */
function operationsOf({ n, dimension: d, counts }: FeatureData): number {
  const rows = counts.ofClass.reduce((sum, count) => sum + Math.min(count, d), 0);
  const large = counts.ofClass.reduce((sum, count) => sum + (count > d ? 1 : 0), 0);
  return 2 * n * d * rows + large * d ** 3;
}

/** What is judged: all samples, or the rest without a group. */
interface Rest {
  set: FeatureData;
  /** -1: none. */
  group: number;
  /** Mean of the rest in the axes. */
  mean: Float64Array;
  bases: Bases;
}

/** Null where the features are all the same, or there are no classes to tell apart. */
async function judge(data: FeatureData, group: number): Promise<Judged | null> {
  if (group < 0) return judgeRest(data, -1);
  const left = data.without(group);
  const small = data.n - left.n <= data.dimension;
  return (small && (await judgeRest(data, group))) || judgeRest(left, -1);
}

async function judgeRest(data: FeatureData, group: number): Promise<Judged | null> {
  const set = group < 0 ? data : data.without(group);
  const { n, dimension: d, labels, counts } = set;
  if (counts.present < 2) return null;
  const scatter = group < 0 ? await scatterOf(data) : await scatterWithout(data, group);
  const shrinkage = ledoitWolf(scatter);
  const ridge = (shrinkage * scatter.trace) / n / d;
  if (!(ridge > 0)) return null;
  const axes = await principalAxes(data);
  const { mean, lost } = await lostOf(data, axes, group);
  const bases = new Bases({ n, values: axes.spread, lost, ridge }, data.blas);
  const rest: Rest = { set, group, mean, bases };
  const tally = new Tally(n, labels);
  const classes = [...counts.ofClass.keys()].filter(c => counts.ofClass[c] > 0);
  const bytes = (c: number): number => 8 * d * Math.min(d, counts.ofClass[c]);
  for (let first = 0; first < classes.length; ) {
    let last = first;
    for (let held = 0; last < classes.length; last++) {
      held += bytes(classes[last]);
      if (held > budget && last > first) break;
    }
    const some = classes.slice(first, last);
    const metrics = await metricsOf(data, axes, rest, some);
    if (!metrics) return null;
    await addScores(data, axes, rest, metrics, tally);
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
  vectors: Matrix;
}

function principalAxes(data: FeatureData): Promise<Axes> {
  return data.once('principal axes', async () => {
    const { n, shift, sum, gram } = await data.moments();
    const d = shift.length;
    const form = await data.pace.through(tridiagonalizing(centredGram(gram, sum, n), d));
    const { values, vectors } = await data.pace.through(eigenOf(form));
    return {
      centre: shift.map((v, j) => v + sum[j] / n),
      spread: values.map(v => Math.max(0, v)),
      vectors: { data: vectors, rows: d, columns: d },
    };
  });
}

/**
 * What a group z (in the axes, about the mean of all) takes along: the mean of the other n is m = -Σ z / n, and their scatter is that
 * of all less Σ z zᵀ + n m mᵀ = Zᵀ (I + 11ᵀ / n) Z = LᵀL with L = Z + α 1 1ᵀZ, 2 α + k α² = 1 / n for the group's k samples.
 */
async function lostOf(
  data: FeatureData,
  { vectors }: Axes,
  group: number,
): Promise<{ mean: Float64Array; lost: Matrix | null }> {
  const d = data.dimension;
  const mean = new Float64Array(d);
  if (group < 0) return { mean, lost: null };
  const { n } = data.without(group);
  const rows = data.n - n;
  if (rows === 0) return { mean, lost: null };
  const about = { data: await groupAboutMean(data, group), rows, columns: d };
  const lost = await data.blas.multiply(about, vectors, { transposeB: true });
  for (let at = 0; at < lost.length; at++) mean[at % d] -= lost[at] / n;
  const share = (n * (Math.sqrt(1 + rows / n) - 1)) / rows;
  for (let at = 0; at < lost.length; at++) lost[at] -= share * mean[at % d];
  return { mean, lost: { data: lost, rows, columns: d } };
}

/** Some samples in the axes, about the mean of all. */
interface Turned {
  start: number;
  rows: number;
  z: Float64Array;
}

/** All samples, kept where they are few. */
async function* turned(data: FeatureData, axes: Axes): AsyncGenerator<Turned> {
  if (8 * data.n * data.dimension > budget) {
    yield* turning(data, axes);
    return;
  }
  yield* await data.once('samples in principal axes', async () => {
    const kept: Turned[] = [];
    for await (const some of turning(data, axes)) kept.push(some);
    return kept;
  });
}

async function* turning(data: FeatureData, { centre, vectors }: Axes): AsyncGenerator<Turned> {
  const { dimension: d, blas, pace } = data;
  for await (const { start, rows, values } of data.blocks()) {
    const x = new Float64Array(rows * d);
    for (let i = 0, at = 0; i < rows; i++)
      for (let j = 0; j < d; j++, at++) x[at] = values[at] - centre[j];
    yield {
      ...{ start, rows },
      z: await blas.multiply({ data: x, rows, columns: d }, vectors, { transposeB: true }),
    };
    if (pace.due(2 * rows * d)) await pace.pause();
  }
}

/** The samples of the rest in the axes, about its mean, each good until the next; `start` counts within the rest. */
async function* samplesOf(
  data: FeatureData,
  axes: Axes,
  { group, mean }: Rest,
): AsyncGenerator<Turned> {
  const { dimension: d, groups } = data;
  let start = 0;
  let space = new Float64Array(0);
  for await (const block of turned(data, axes)) {
    if (group < 0) {
      yield block;
      continue;
    }
    if (space.length < block.z.length) space = new Float64Array(block.z.length);
    let rows = 0;
    for (let i = 0; i < block.rows; i++) {
      if (groups[block.start + i] === group) continue;
      for (let j = 0; j < d; j++) space[rows * d + j] = block.z[i * d + j] - mean[j];
      rows++;
    }
    yield { start, rows, z: space.subarray(0, rows * d) };
    start += rows;
  }
}

/** One pass: what measures distances to each of some classes, for samples of others and for its own. */
async function metricsOf(
  data: FeatureData,
  axes: Axes,
  rest: Rest,
  classes: readonly number[],
): Promise<ClassMetric[] | null> {
  const { dimension: d, counts, labels, pace } = rest.set;
  const members = new Map(
    classes.map(c => [c, { z: new Float64Array(counts.ofClass[c] * d), count: 0 }]),
  );
  for await (const { start, rows, z } of samplesOf(data, axes, rest)) {
    for (let i = 0; i < rows; i++) {
      const own = members.get(labels[start + i]);
      own?.z.set(z.subarray(i * d, (i + 1) * d), own.count++ * d);
    }
    if (pace.due(rows * d)) await pace.pause();
  }
  const metrics: ClassMetric[] = [];
  for (const [label, { z }] of members) {
    members.delete(label);
    const metric = await ClassMetric.of(label, z, rest.bases);
    if (!metric) return null;
    metrics.push(metric);
    if (pace.due(3 * z.length)) await pace.pause();
  }
  return metrics;
}

/** One pass: the scores of all samples for some classes. */
async function addScores(
  data: FeatureData,
  axes: Axes,
  rest: Rest,
  metrics: readonly ClassMetric[],
  tally: Tally,
): Promise<void> {
  const { labels, pace, blas, dimension: d } = rest.set;
  for await (const { start, rows, z } of samplesOf(data, axes, rest)) {
    const some = new Rows(z, labels.subarray(start, start + rows), blas);
    for (const metric of metrics) {
      const distances = await metric.distances(some);
      for (let i = 0; i < rows; i++) tally.add(start + i, metric.label, -distances[i] / 2);
      if (pace.due(rows * d)) await pace.pause();
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
