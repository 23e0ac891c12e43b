import { quantile } from '../numerics/quantile.js';
import { normals, random } from '../numerics/random.js';

/** What one measure says of one model. */
export interface Opinion {
  value: number;
  /** The value with each group left out; null: it does not depend on the samples. */
  replicates: Float64Array | null;
}

/** How far two measures put the same models in the same order. */
export interface Agreement {
  /** Kendall's tau-b: 1 the same order, -1 the reverse; NaN where one measure has only ties. */
  tau: number;
  /** 95 % interval over data sets of this size; null where nothing varies. */
  low: number | null;
  high: number | null;
}

/** Draws for so many models: fewer for a long list, whose pairs each draw compares. */
function drawsFor(models: number): number {
  return Math.max(100, Math.min(1000, Math.round(2e7 / models ** 2)));
}

/**
 * Kendall's tau of two measures over the same models in the same order. Its interval comes from draws of all scores of both
 * measures, which vary together as their jackknife covariance says: how much the samples leave open, not how few models there are.
 */
export function agreement(
  a: readonly Opinion[],
  b: readonly Opinion[],
  { seed }: { seed: number },
): Agreement {
  const all = [...a, ...b];
  const values = Float64Array.from(all, o => o.value);
  const m = a.length;
  const tau = kendall(values.subarray(0, m), values.subarray(m));
  const groups = Math.max(...all.map(o => o.replicates?.length ?? 0));
  const known = all.every(
    o =>
      o.replicates === null ||
      (o.replicates.length === groups && o.replicates.every(Number.isFinite)),
  );
  if (groups < 2 || !known || !Number.isFinite(tau)) return { tau, low: null, high: null };
  // Sums of these with independent normal weights vary together just as the jackknife covariance says; no matrix is needed.
  const scale = Math.sqrt((groups - 1) / groups);
  const deviations = all.map(({ replicates }) => {
    if (!replicates) return null;
    const mean = replicates.reduce((x, y) => x + y, 0) / groups;
    return replicates.map(value => scale * (value - mean));
  });
  const next = normals(random(seed));
  const weights = new Float64Array(groups);
  const drawn = new Float64Array(all.length);
  const taus = new Float64Array(drawsFor(m));
  for (let d = 0; d < taus.length; d++) {
    for (let g = 0; g < groups; g++) weights[g] = next();
    deviations.forEach((deviation, k) => {
      let sum = values[k];
      if (deviation) for (let g = 0; g < groups; g++) sum += weights[g] * deviation[g];
      drawn[k] = sum;
    });
    taus[d] = kendall(drawn.subarray(0, m), drawn.subarray(m));
  }
  return { tau, low: quantile(taus, 0.025), high: quantile(taus, 0.975) };
}

/** Kendall's tau-b (Kendall 1945) of two lists of scores. */
export function kendall(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  let pairsA = 0;
  let pairsB = 0;
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < i; j++) {
      const x = Math.sign(a[i] - a[j]);
      const y = Math.sign(b[i] - b[j]);
      sum += x * y;
      pairsA += x * x;
      pairsB += y * y;
    }
  return sum / Math.sqrt(pairsA * pairsB);
}
