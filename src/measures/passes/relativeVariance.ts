import type { RowTable } from './blocks.js';
import type { Pace } from './pace.js';

/**
 * Variance of feature vectors over the square of their mean: Σ_j Var x_j / Σ_j (E x_j)². One pass, about the first vector, so that it stays
 * exact where vectors hardly differ.
 * @param n rows of the table
 * @returns 0 where all are the same
 */
export async function relativeVariance(
  { columns: d, read }: RowTable,
  n: number,
  pace: Pace,
): Promise<number> {
  const first = new Float64Array(d);
  const sum = new Float64Array(d);
  const squares = new Float64Array(d);
  for await (const { start, rows, values } of read(Int32Array.from({ length: n }, (_, i) => i))) {
    if (start === 0) first.set(values.subarray(0, d));
    for (let i = 0, at = 0; i < rows; i++)
      for (let j = 0; j < d; j++) {
        const x = values[at++] - first[j];
        sum[j] += x;
        squares[j] += x * x;
      }
    if (pace.due(rows * d)) await pace.pause();
  }
  let variance = 0;
  let square = 0;
  for (let j = 0; j < d; j++) {
    variance += squares[j] / n - (sum[j] / n) ** 2;
    square += (first[j] + sum[j] / n) ** 2;
  }
  return variance > 0 ? variance / square : 0;
}
