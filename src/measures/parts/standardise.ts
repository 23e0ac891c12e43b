import type { FeatureData } from '../passes/featureData.js';
import type { Moments } from '../passes/moments.js';
import { varyingColumns } from './varyingColumns.js';

/** How features are brought to mean zero and variance one: (x_j - centre) / scale of the columns that vary. */
export interface Standard {
  /** Columns that are kept, ascending; int32 [k]. */
  columns: Int32Array;
  /** float64 [k] */
  centre: Float64Array;
  /** Standard deviations, by 1/n; float64 [k]. */
  scale: Float64Array;
}

/** The standardisation of a set by its own mean and deviations; constant columns are dropped. */
export function standardOf(data: FeatureData): Promise<Standard> {
  return data.once('standard', async () => {
    const { n, shift, sum, gram } = await data.moments();
    const d = shift.length;
    const scatter = (j: number): number => gram[j * d + j] - sum[j] ** 2 / n;
    // What is left of a set may vary by less than taking the others off rounds.
    const columns = (await varyingColumns(data)).filter(j => scatter(j) > 0);
    return {
      columns,
      centre: Float64Array.from(columns, j => shift[j] + sum[j] / n),
      scale: Float64Array.from(columns, j => Math.sqrt(scatter(j) / n)),
    };
  });
}

/** Rows of features, d wide, standardised into `to` (rows x k, row-major). */
export function standardise<T extends Float64Array | Float32Array>(
  values: Float32Array,
  rows: number,
  d: number,
  { columns, centre, scale }: Standard,
  to: T,
): T {
  const k = columns.length;
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < k; j++) to[at++] = (values[i * d + columns[j]] - centre[j]) / scale[j];
  return to;
}

/** Σ z zᵀ of standardised features about their own mean, from the moments; float64 [k, k]. */
export function standardScatter(
  { n, shift, sum, gram }: Moments,
  { columns, scale }: Standard,
): Float64Array {
  const d = shift.length;
  const k = columns.length;
  const scatter = new Float64Array(k * k);
  for (let a = 0, at = 0; a < k; a++) {
    const row = columns[a] * d;
    const mean = sum[columns[a]] / n;
    for (let b = 0; b < k; b++)
      scatter[at++] = (gram[row + columns[b]] - mean * sum[columns[b]]) / scale[a] / scale[b];
  }
  return scatter;
}
