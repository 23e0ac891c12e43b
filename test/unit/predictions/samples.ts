import { createHash } from 'node:crypto';
import type { PredictionsReader, PredictionsWriter } from '../../../src/predictions/index.js';

/** Samples whose predictions follow from their number, so that any stored row can be checked. */
export const classes = 7;
export const dimension = 3;

export const idOf = (i: number) => createHash('sha256').update(`sample ${i}`).digest('hex');
export const outputOf = (i: number, column: number) => Math.fround(i + column / 8);
export const featureOf = (i: number, column: number) => Math.fround(-i - column / 8);

/** Samples from..to-1. */
export const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => from + k);

/** Appends samples, as one batch. */
export async function append(writer: PredictionsWriter, samples: readonly number[]): Promise<void> {
  const outputs = Float32Array.from({ length: samples.length * classes }, (_, k) =>
    outputOf(samples[Math.floor(k / classes)], k % classes),
  );
  const features = Float32Array.from({ length: samples.length * dimension }, (_, k) =>
    featureOf(samples[Math.floor(k / dimension)], k % dimension),
  );
  await writer.append(samples.map(idOf), outputs, classes, features, dimension);
}

/** Rows of a reader's stream, copied. */
export async function collect(
  blocks: ReturnType<PredictionsReader['outputs']>,
): Promise<{ rows: number[][]; starts: number[] }> {
  const rows: number[][] = [];
  const starts: number[] = [];
  for await (const block of blocks) {
    starts.push(block.start);
    for (let i = 0; i < block.rows; i++)
      rows.push([...block.values.subarray(i * block.columns, (i + 1) * block.columns)]);
  }
  return { rows, starts };
}
