import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import { meanOfOthers, scoreOfHeldOut, undefinedScore } from './parts/heldOut.js';
import {
  type Coordinates,
  coordinatesOf,
  type Head,
  type Part,
  scoresOf,
  trainHead,
} from './parts/softmaxHead.js';
import { type Standard, standardise } from './parts/standardise.js';
import type { FeatureData } from './passes/featureData.js';

const folds = 5;
/** Penalty on the squared weights, per sample. */
const l2 = 1e-3;
/** Bytes of training samples that are held; more are read again for every evaluation. */
const budget = 96e6;

/**
 * Multinomial logistic regression, held out in five folds: the j-th sample of its class, in the order of the data, is in fold j mod 5.
 * Features are standardised by the training samples of the fold (1/n; what is constant there is dropped), the mean cross-entropy
 * + ½ 1e-3 ‖W‖² is minimised over a full softmax (one weight vector a class, also with two), intercepts free. A class
 * without training samples has probability g = 1 / (n_train + Ct), the others their softmax times 1 - A g for A such
 * classes. Value: mean held-out log-likelihood; the training log-likelihood of such a head is what LEEP bounds from below.
 *
 * The interval holds the heads: without a group its samples' log-likelihoods are left out of the mean, and what they taught the heads
 * of the other folds is left out. The interval thus tells how the judged samples vary, not how training on others would.
 */
export const linearHead: FeatureMeasure = {
  id: 'linearHead',
  name: 'Linear head',
  family: 'probe',
  hint: 'How well a linear classifier trained on the model’s features predicts labels that it was not trained on. Mean log-likelihood in nats; higher is better.',
  needs: 'features',
  range: [Number.NEGATIVE_INFINITY, 0],
  direction: 'higher',
  unit: 'nats',
  predicts: 're-trained head',
  cost: 'some 150 x n d Ct time, n d memory up to 96 MB',
  validity: 'two samples a class or more',
  source:
    'Nguyen et al.: LEEP, ICML 2020 (arXiv 2002.12462), section 5: re-training the head; L-BFGS by Nocedal, Math. Comp. 35 (1980)',
  async fit(data) {
    const { n, labels, counts, blas, pace } = data;
    if (counts.present < 2) return { value: Number.NaN, doubt: notice('measure.oneClass', {}) };
    const coordinates = await coordinatesOf(data, l2);
    if (!coordinates) return undefinedScore();
    const fold = foldsOf(data);
    const logLikelihoods = new Float64Array(n);
    const predicted = new Int32Array(n).fill(-1);
    let last: { seen: string; solution: Float64Array } | null = null;
    for (let f = 0; f < folds; f++) {
      if (!fold.includes(f)) continue;
      const { standard, count, seen } = await trainingOf(data, coordinates, fold, f);
      // Classes that the fold's training samples have, numbered anew.
      const place = new Int32Array(data.targetClasses).fill(-1);
      seen.forEach((c, at) => {
        place[c] = at;
      });
      const absent = 1 / (count + counts.present);
      const share = Math.log1p(-(counts.present - seen.length) * absent);
      let head: Head | null = null;
      if (seen.length > 0) {
        const read = () => partsOf(data, standard, place, i => fold[i] !== f);
        const bytes = 4 * count * standard.columns.length;
        const held = bytes <= budget ? await gathered(read()) : null;
        const key = seen.join();
        const start: Float64Array | null = last?.seen === key ? last.solution : null;
        const trained = await trainHead(
          held ? () => held : read,
          count,
          seen.length,
          l2,
          coordinates,
          blas,
          pace,
          start,
        );
        head = trained.head;
        last = { seen: key, solution: trained.solution };
      }
      for await (const part of partsOf(data, standard, place, i => fold[i] === f)) {
        const scores = head ? await scoresOf(head, part.z, part.rows, blas) : new Float64Array(0);
        for (let i = 0; i < part.rows; i++) {
          const row = scores.subarray(i * seen.length, (i + 1) * seen.length);
          const best = firstLargest(row);
          const sample = part.samples[i];
          predicted[sample] = best < 0 ? -1 : seen[best];
          const own = place[labels[sample]];
          logLikelihoods[sample] =
            own < 0 ? Math.log(absent) : row[own] - logSumExp(row, row[best]) + share;
        }
      }
    }
    const fitted = scoreOfHeldOut(data, { logLikelihoods, predicted });
    return fitted.doubt ? fitted : { ...fitted, without: meanOfOthers(data, logLikelihoods) };
  },
};

function foldsOf({ labels, targetClasses }: FeatureData): Int32Array {
  const before = new Int32Array(targetClasses);
  return labels.map(y => before[y]++ % folds);
}

/** How the training samples of a fold are standardised, on the columns of the coordinates; what is constant there becomes 0. */
async function trainingOf(
  data: FeatureData,
  { standard: { columns, centre: shift } }: Coordinates,
  fold: Int32Array,
  f: number,
): Promise<{ standard: Standard; count: number; seen: number[] }> {
  const { dimension: d, labels, targetClasses, pace } = data;
  const k = columns.length;
  const sum = new Float64Array(k);
  const square = new Float64Array(k);
  const least = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(k).fill(Number.NEGATIVE_INFINITY);
  const has = new Uint8Array(targetClasses);
  let count = 0;
  for await (const { start, rows, values } of data.blocks()) {
    for (let i = 0; i < rows; i++) {
      if (fold[start + i] === f) continue;
      count++;
      has[labels[start + i]] = 1;
      for (let j = 0; j < k; j++) {
        const value = values[i * d + columns[j]];
        const x = value - shift[j];
        sum[j] += x;
        square[j] += x * x;
        if (value < least[j]) least[j] = value;
        if (value > most[j]) most[j] = value;
      }
    }
    if (pace.due(2 * rows * d)) await pace.pause();
  }
  const scale = sum.map((s, j) =>
    most[j] > least[j]
      ? Math.sqrt((square[j] - (s * s) / count) / count)
      : Number.POSITIVE_INFINITY,
  );
  return {
    standard: { columns, centre: sum.map((s, j) => shift[j] + s / count), scale },
    count,
    seen: [...has.keys()].filter(c => has[c] > 0),
  };
}

interface Picked extends Part {
  /** Which of the set's samples they are; int32 [rows]. */
  samples: Int32Array;
}

/** Some of the samples, standardised; `place` numbers the classes. */
async function* partsOf(
  data: FeatureData,
  standard: Standard,
  place: Int32Array,
  wanted: (i: number) => boolean,
): AsyncGenerator<Picked> {
  const { dimension: d, labels, pace } = data;
  const k = standard.columns.length;
  for await (const { start, rows, values } of data.blocks()) {
    const samples = new Int32Array(rows);
    const chosen = new Float32Array(rows * d);
    let count = 0;
    for (let i = 0; i < rows; i++)
      if (wanted(start + i)) {
        chosen.set(values.subarray(i * d, (i + 1) * d), count * d);
        samples[count++] = start + i;
      }
    if (count === 0) continue;
    const z = standardise(chosen, count, d, standard, new Float32Array(count * k));
    const some = samples.slice(0, count);
    yield { rows: count, z, samples: some, labels: some.map(i => place[labels[i]]) };
    if (pace.due(rows * d)) await pace.pause();
  }
}

async function gathered(parts: AsyncIterable<Picked>): Promise<Part[]> {
  const list: Part[] = [];
  for await (const part of parts) list.push(part);
  return list;
}

function firstLargest(values: Float64Array): number {
  let best = values.length > 0 ? 0 : -1;
  for (let c = 1; c < values.length; c++) if (values[c] > values[best]) best = c;
  return best;
}

function logSumExp(values: Float64Array, largest: number): number {
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}
