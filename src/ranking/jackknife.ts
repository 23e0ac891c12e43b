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
 * The jackknife's variance S1 = Σ_k k V_k counts the variance V_k of the interactions of k groups k times, so that intervals of what
 * depends on pairs of samples, or on small counts, are too wide. Where the variance of `interaction`s of pairs
 * S2 = Σ_k k (k - 1) / 2 V_k is known it is taken off, as Efron and Stein (The jackknife estimate of variance, Annals of Statistics
 * 9(3), 1981) correct the jackknife: S1 - S2 counts single groups and pairs once, and only what three groups or more do
 * together too little. No more than half of S1 is taken off: that is all there is to take off if everything is the work of pairs. A
 * `variance` that the measure itself knows stands in place of all that, where it is not larger than the jackknife's, which is an
 * upper bound on average.
 */
export function interval(
  value: number,
  replicates: Float64Array,
  { interaction = null, variance: own = null }: Known = {},
): { low: number | null; high: number | null } {
  if (replicates.length < 2 || !replicates.every(Number.isFinite)) return { low: null, high: null };
  const jackknife = jackknifeCovariance([replicates])[0];
  const variance =
    own === null ? jackknife - Math.min(interaction ?? 0, jackknife / 2) : Math.min(own, jackknife);
  const half = studentQuantile(confidence, replicates.length - 1) * Math.sqrt(variance);
  return { low: value - half, high: value + half };
}
