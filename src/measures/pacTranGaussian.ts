import { inverseCholesky } from '../numerics/inverseCholesky.js';
import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import {
  type Coordinates,
  type Head,
  type Part,
  scoresOf,
  trainHead,
  typical,
} from './parts/softmaxHead.js';
import { type Standard, standardise, standardScatter } from './parts/standardise.js';
import { varyingColumns } from './parts/varyingColumns.js';
import type { FeatureData } from './passes/featureData.js';
import type { Moments } from './passes/moments.js';
import { pairsMatter } from './passes/pairs.js';

/** Bytes of samples that are held; more are read again for every evaluation. */
const budget = 96e6;
/** Operations that leaving groups out may take; beyond there is no interval. */
const affordable = 5e11;

/**
 * PACTran with a Gaussian prior: the optimal PAC-Bayes bound for a softmax head W on the features, by Laplace's method with one
 * variance for all weights. With x̃ the features about their mean and over s, K weights and h the trace of the Hessian,
 *
 *   value = -(min_{W,b} (1/n) Σ_i -ln p(y_i | x̃_i) + ‖W‖² / (2 n)  +  Ct / (2 n) ln(1 + n h / (Ct d))),
 *   h = Σ_i Σ_c p_ic (1 - p_ic) ‖x̃_i‖²,   s² = the mean square of all deviations.
 *
 * The paper's metric is minus this, so that lower is better. Of the settings that it tries these are the middle ones: λ σ₀² = n and
 * σ₀² = 1 / d. Public code takes features as they are: a prior of one width then suits a model whose features happen to be of one size, so
 * here they are brought to a common scale, all columns alike, which keeps what a rotation does to the bound: nothing. The intercept
 * b is free and, unlike in public code, no part of h. The form for outputs is `pacTranDirichlet`.
 *
 * Without a group the head is trained anew, in float32 from the one of all samples (1e-5 of the value): to hold it would put the standard error at a third of what it
 * is where it fits nearly everything. Where that takes more than 5e11 operations there is no interval.
 */
export const pacTranGaussian: FeatureMeasure = {
  id: 'pacTranGaussian',
  name: 'PACTran (Gaussian)',
  family: 'features',
  hint: 'How well a linear head on the model’s features fits your labels, and how firmly they pin it down. A bound in nats; higher is better.',
  needs: 'features',
  range: [Number.NEGATIVE_INFINITY, 0],
  direction: 'higher',
  unit: 'nats',
  predicts: 'fine-tuning',
  cost: 'some 100 x n d Ct + n d² + d³ time, n d memory up to 96 MB; a twentieth of it for each jackknife group',
  validity:
    'features that are not all the same; it scores the samples that the head was trained on',
  source:
    'Ding et al.: PACTran, ECCV 2022 (arXiv 2203.05126), PACTran-Gaussian, less its sign; λ σ₀² = n and σ₀² = 1/d of the settings tried there',
  pairs: pairsMatter,
  async fit(data) {
    const { n, counts, groupCount } = data;
    if (counts.present < 2) return { value: Number.NaN, doubt: notice('measure.oneClass', {}) };
    const coordinates = await coordinatesOf(data);
    if (!coordinates) return { value: Number.NaN, doubt: notice('measure.constantFeatures', {}) };
    const { columns } = coordinates.standard;
    const { value, solution, loss, trace } = await bound(data, coordinates, null);
    const operations = 200 * n * columns.length * counts.present * groupCount;
    return {
      value,
      details: { loss, trace },
      ...(operations > affordable
        ? {}
        : {
            without: async group => {
              const left = data.without(group);
              const same = left.counts.present === counts.present;
              if (left.counts.present < 2) return Number.NaN;
              const standard = standardOfAll(await left.moments(), columns);
              // Any coordinates do, so that those of all samples do.
              const own = standard && { standard, inverse: coordinates.inverse };
              return own ? (await bound(left, own, same ? solution : null)).value : Number.NaN;
            },
          }),
    };
  },
};

async function coordinatesOf(data: FeatureData): Promise<Coordinates | null> {
  return data.once('scaled head coordinates', async () => {
    const { n } = data;
    const moments = await data.moments();
    const columns = await varyingColumns(data);
    const standard = standardOfAll(moments, columns);
    if (!standard) return null;
    const scatter = standardScatter(moments, standard);
    for (let at = 0; at < scatter.length; at++) scatter[at] *= typical / n;
    for (let j = 0; j < columns.length; j++) scatter[j * columns.length + j] += 1 / n;
    const inverse = await inverseCholesky(scatter, columns.length, data.blas);
    return inverse && { standard, inverse };
  });
}

/** Features about their mean, all over one scale; null where they do not vary. */
function standardOfAll({ n, shift, sum, gram }: Moments, columns: Int32Array): Standard | null {
  const d = shift.length;
  let square = 0;
  for (const j of columns) square += gram[j * d + j] - sum[j] ** 2 / n;
  if (!(square > 0)) return null;
  return {
    columns,
    centre: Float64Array.from(columns, j => shift[j] + sum[j] / n),
    scale: new Float64Array(columns.length).fill(Math.sqrt(square / n / d)),
  };
}

/** The value, and what it is made of. */
async function bound(
  data: FeatureData,
  coordinates: Coordinates,
  start: Float64Array | null,
): Promise<{ value: number; solution: Float64Array; loss: number; trace: number }> {
  const { n, counts, labels, blas, pace, dimension } = data;
  const { standard } = coordinates;
  const place = new Int32Array(data.targetClasses).fill(-1);
  let classes = 0;
  counts.ofClass.forEach((count, c) => {
    if (count > 0) place[c] = classes++;
  });
  const read = () => partsOf(data, standard, i => place[labels[i]]);
  const held = 4 * n * standard.columns.length <= budget ? await gathered(read()) : null;
  const parts = held ? () => held : read;
  const settings = [1 / n, coordinates, blas, pace] as const;
  const trained = await trainHead(parts, n, classes, ...settings, start, start === null);
  const { head, solution } = trained;
  const { entropy, trace } = await fitOf(parts(), head, data);
  const loss = entropy / n + head.weights.reduce((sum, w) => sum + w * w, 0) / (2 * n);
  const certainty = (classes / (2 * n)) * Math.log1p((n * trace) / (classes * dimension));
  return { value: -(loss + certainty), solution, loss, trace };
}

/** One pass: Σ -ln p(y_i), and the trace of the Hessian. */
async function fitOf(
  parts: AsyncIterable<Part> | Iterable<Part>,
  head: Head,
  { blas, pace }: FeatureData,
): Promise<{ entropy: number; trace: number }> {
  const classes = head.intercepts.length;
  let entropy = 0;
  let trace = 0;
  for await (const { rows, z, labels } of parts) {
    const scores = await scoresOf(head, z, rows, blas);
    const k = z.length / rows;
    for (let i = 0; i < rows; i++) {
      const row = scores.subarray(i * classes, (i + 1) * classes);
      const most = row.reduce((a, b) => Math.max(a, b));
      let sum = 0;
      for (const s of row) sum += Math.exp(s - most);
      entropy += most + Math.log(sum) - row[labels[i]];
      let spread = 0;
      for (const s of row) {
        const p = Math.exp(s - most) / sum;
        spread += p * (1 - p);
      }
      let square = 0;
      for (let at = i * k; at < (i + 1) * k; at++) square += z[at] * z[at];
      trace += spread * square;
    }
    if (pace.due(rows * (k + 10 * classes))) await pace.pause();
  }
  return { entropy, trace };
}

async function* partsOf(
  data: FeatureData,
  standard: Standard,
  classOf: (i: number) => number,
): AsyncGenerator<Part> {
  for await (const { start, rows, values } of data.blocks()) {
    const z = standardise(
      values,
      rows,
      data.dimension,
      standard,
      new Float32Array(rows * standard.columns.length),
    );
    yield { rows, z, labels: Int32Array.from({ length: rows }, (_, i) => classOf(start + i)) };
    if (data.pace.due(rows * data.dimension)) await data.pace.pause();
  }
}

async function gathered(parts: AsyncIterable<Part>): Promise<Part[]> {
  const list: Part[] = [];
  for await (const part of parts) list.push(part);
  return list;
}
