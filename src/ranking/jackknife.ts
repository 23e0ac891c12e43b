import { studentQuantile } from '../numerics/student.js';

/** 95 %, both sides. */
const confidence = 0.975;

/**
 * Jackknife covariance of scores computed on the same samples with the same groups left out:
 * (G - 1) / G Σ_g (a_g - mean a) (b_g - mean b); m x m, row-major. For groups of different size it is that of cluster sampling.
 */
export function jackknifeCovariance(replicates: readonly Float64Array[]): Float64Array {
  const m = replicates.length;
  const count = replicates[0]?.length ?? 0;
  const centred = replicates.map(values => {
    const mean = values.reduce((a, b) => a + b, 0) / count;
    return values.map(v => v - mean);
  });
  const covariance = new Float64Array(m * m);
  for (let i = 0; i < m; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let g = 0; g < count; g++) sum += centred[i][g] * centred[j][g];
      covariance[i * m + j] = covariance[j * m + i] = (sum * (count - 1)) / count;
    }
  return covariance;
}

/** What is known of a score's variance besides its replicates (`MeasureScore`). */
export interface Known {
  interaction?: number | null;
  variance?: number | null;
}

/**
 * 95 % interval of a score's expected value at this sample size: the value plus and minus Student's t with one degree of
 * freedom less than there are groups, times the jackknife's standard error. Null bounds where there is none.
 *
 * The jackknife counts the variance of an interaction of k groups k times (Efron and Stein 1981), so that intervals of what
 * depends on small counts, or on who is whose neighbour, are too wide. Where the variance of `interaction`s of pairs is known, half
 * of it is taken off, so that every interaction of up to four groups is still counted at least once; and never more than half of
 * the jackknife's own, because an interaction of two groups or more is counted twice or more. A `variance` that the measure itself
 * knows stands in place of all that, where it is not larger than the jackknife's, which is an upper bound on average.
 */
export function interval(
  value: number,
  replicates: Float64Array,
  { interaction = null, variance: own = null }: Known = {},
): { low: number | null; high: number | null } {
  if (replicates.length < 2 || !replicates.every(Number.isFinite)) return { low: null, high: null };
  const jackknife = jackknifeCovariance([replicates])[0];
  const variance =
    own === null ? jackknife - Math.min(interaction ?? 0, jackknife) / 2 : Math.min(own, jackknife);
  const half = studentQuantile(confidence, replicates.length - 1) * Math.sqrt(variance);
  return { low: value - half, high: value + half };
}
