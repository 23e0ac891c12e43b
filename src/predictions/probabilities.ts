import { throwIfCancelled } from '../protocol/notice.js';
import type { OutputKind } from '../protocol/preprocessing.js';
import type { PredictionsReader } from './reader.js';

/** What raw outputs look like. */
export interface OutputsSeen {
  kind: OutputKind;
  /** Positions, among the rows asked for, whose outputs give no distribution: with NaN, +Infinity or nothing finite. */
  nonFiniteRows: Int32Array;
}

/** How far from one the sum of a row of probabilities may be: rounding of 1000 classes in float32, and in float16. */
const tolerance = 1e-3;
const halfTolerance = 1e-2;

/**
 * Tells by their values what raw outputs are. Probabilities: all rows in [0, 1] and summing to one. Sigmoids: several rows
 * in [0, 1] that do not sum to one, nor are all zero. Logits: anything else. Rows that are not finite have no say.
 */
export async function classifyOutputs(
  reader: PredictionsReader,
  rows: Int32Array,
  signal?: AbortSignal,
): Promise<OutputsSeen> {
  const nonFinite: number[] = [];
  let finite = 0;
  let inUnit = true;
  let anything = false;
  let half = true;
  let farthest = 0;
  for await (const block of reader.outputs(rows)) {
    throwIfCancelled(signal);
    const { columns, values } = block;
    for (let i = 0; i < block.rows; i++) {
      let sum = 0;
      let least = Number.POSITIVE_INFINITY;
      let most = Number.NEGATIVE_INFINITY;
      for (let j = i * columns; j < (i + 1) * columns; j++) {
        const value = values[j];
        sum += value;
        if (value < least) least = value;
        if (value > most) most = value;
      }
      // -Infinity is a logit that was masked: its probability is zero.
      if (Number.isNaN(sum) || !Number.isFinite(most)) {
        nonFinite.push(block.start + i);
        continue;
      }
      finite++;
      anything ||= most > 0;
      if (least < -1e-6 || most > 1 + tolerance) inUnit = false;
      if (inUnit) {
        farthest = Math.max(farthest, Math.abs(sum - 1));
        half &&= areHalf(values, i * columns, (i + 1) * columns);
      }
    }
  }
  const nonFiniteRows = Int32Array.from(nonFinite);
  if (finite === 0 || !inUnit) return { kind: 'logits', nonFiniteRows };
  if (farthest <= (half ? halfTolerance : tolerance))
    return { kind: 'probabilities', nonFiniteRows };
  return { kind: finite > 1 && anything ? 'sigmoids' : 'logits', nonFiniteRows };
}

/** Whether all of these values in [0, 1] could come from a float16 output: multiples of 2^-24 with 11 leading bits. */
function areHalf(values: Float32Array, from: number, to: number): boolean {
  for (let j = from; j < to; j++) {
    const scaled = values[j] * 2 ** 24;
    if (!Number.isInteger(scaled)) return false;
    const step = 2 ** Math.max(0, Math.floor(Math.log2(Math.abs(scaled) || 1)) - 10);
    if (scaled % step !== 0) return false;
  }
  return true;
}

/**
 * Dummy label distributions θ(x) from raw outputs, in float64.
 * Logits: softmax. Probabilities: as they are, rounding below zero cut off. Sigmoids: each row divided by its sum
 * (uniform where that is zero), which is a choice that the user is told of.
 * @param values float32 [rows, columns]
 * @param target float64, at least as long
 */
export function toProbabilities(
  values: Float32Array,
  columns: number,
  kind: OutputKind,
  target = new Float64Array(values.length),
): Float64Array {
  for (let from = 0; from < values.length; from += columns) {
    const to = from + columns;
    let sum = 0;
    if (kind === 'logits') {
      let most = Number.NEGATIVE_INFINITY;
      for (let j = from; j < to; j++) if (values[j] > most) most = values[j];
      for (let j = from; j < to; j++) {
        target[j] = Math.exp(values[j] - most);
        sum += target[j];
      }
    } else {
      for (let j = from; j < to; j++) {
        target[j] = Math.max(values[j], 0);
        sum += target[j];
      }
    }
    if (kind === 'probabilities') continue;
    if (sum === 0) target.fill(1 / columns, from, to);
    else for (let j = from; j < to; j++) target[j] /= sum;
  }
  return target;
}

/** Rows of distributions; `probabilities` is float64 [rows, classes], good until the next block is asked for. */
export interface ProbabilityBlock {
  /** Position of the first row among those asked for. */
  start: number;
  rows: number;
  probabilities: Float64Array;
}

/** Dummy label distributions of stored rows, a few MB a block; may be iterated any number of times. */
export function probabilityBlocks(
  reader: PredictionsReader,
  rows: Int32Array,
  kind: OutputKind,
): AsyncIterable<ProbabilityBlock> {
  return {
    async *[Symbol.asyncIterator]() {
      let target = new Float64Array(0);
      for await (const { start, rows: n, columns, values } of reader.outputs(rows)) {
        if (target.length < values.length) target = new Float64Array(values.length);
        toProbabilities(values, columns, kind, target);
        yield { start, rows: n, probabilities: target.subarray(0, values.length) };
      }
    },
  };
}
