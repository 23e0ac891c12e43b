import type { Blas } from '../../numerics/blas.js';
import { random } from '../../numerics/random.js';
import type { Pace } from '../passes/pace.js';

/** Points as rows: float64 [n, d], row-major. */
export interface Points {
  n: number;
  d: number;
  values: Float64Array;
}

/** K Gaussians in d dimensions, each with one variance for all of them. */
export interface Mixture {
  weights: Float64Array;
  /** float64 [K, d] */
  means: Float64Array;
  variances: Float64Array;
}

/** Probabilities of the components for each point, those below 1e-12 left out: they are many. */
export interface Posterior {
  /** Point i has entries starts[i] to starts[i + 1]; int32 [n + 1]. */
  starts: Int32Array;
  components: Int32Array;
  values: Float64Array;
  /** Mean log density of the points, nats. */
  logLikelihood: number;
}

export interface Means {
  blas: Blas;
  pace: Pace;
}

/** A mixture is fitted when the mean log density changes by no more than this, or after so many rounds. */
const tolerance = 1e-3;
const mostRounds = 50;
/** Points that are looked at together. */
const blockRows = 512;
/** ln of what is too unlikely to be kept. */
const least = Math.log(1e-12);
/** A probability below this moves no component. */
const negligible = 1e-6;

/**
 * Expectation maximisation from a seeded start by k-means++ (Arthur and Vassilvitskii 2007), each point first with the nearest
 * centre. There are fewer than `size` components where there are fewer different points. `regularisation` is added to variances.
 */
export async function fitMixture(
  points: Points,
  size: number,
  regularisation: number,
  seed: number,
  means: Means,
): Promise<{ mixture: Mixture; posterior: Posterior }> {
  let posterior = await nearestCentres(points, size, seed, means.pace);
  const most = posterior.components.reduce((x, k) => Math.max(x, k), 0) + 1;
  for (let round = 0; ; round++) {
    const mixture = await maximise(points, posterior, most, regularisation, means.pace);
    const before = posterior.logLikelihood;
    posterior = await expect(points, mixture, means);
    const change = Math.abs(posterior.logLikelihood - before);
    if (change <= tolerance || round + 1 === mostRounds) return { mixture, posterior };
  }
}

async function nearestCentres(
  { n, d, values }: Points,
  size: number,
  seed: number,
  pace: Pace,
): Promise<Posterior> {
  const next = random(seed);
  const nearest = new Int32Array(n);
  const distances = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  let centre = Math.floor(next() * n);
  for (let k = 0; k < size; k++) {
    const c = values.subarray(centre * d, (centre + 1) * d);
    let sum = 0;
    for (let i = 0, at = 0; i < n; i++) {
      let square = 0;
      for (let j = 0; j < d; j++, at++) square += (values[at] - c[j]) ** 2;
      if (square < distances[i]) {
        distances[i] = square;
        nearest[i] = k;
      }
      sum += distances[i];
    }
    if (sum === 0) break;
    let left = next() * sum;
    centre = distances.length - 1;
    for (let i = 0; i < n; i++) {
      left -= distances[i];
      if (left < 0) {
        centre = i;
        break;
      }
    }
    // Rounding may lead past the last point that is no centre yet.
    while (distances[centre] === 0) centre = (centre + n - 1) % n;
    if (pace.due(n * d)) await pace.pause();
  }
  return {
    starts: Int32Array.from({ length: n + 1 }, (_, i) => i),
    components: nearest,
    values: new Float64Array(n).fill(1),
    logLikelihood: Number.NEGATIVE_INFINITY,
  };
}

/** The mixture of largest likelihood, given the posterior. A component without points keeps no weight. */
export async function maximise(
  { n, d, values }: Points,
  posterior: Posterior,
  size: number,
  regularisation: number,
  pace: Pace,
): Promise<Mixture> {
  const { starts, components } = posterior;
  const masses = new Float64Array(size);
  const means = new Float64Array(size * d);
  for (let i = 0; i < n; i++) {
    for (let e = starts[i]; e < starts[i + 1]; e++) {
      const r = posterior.values[e];
      if (r < negligible) continue;
      const to = components[e] * d;
      masses[components[e]] += r;
      for (let j = 0; j < d; j++) means[to + j] += r * values[i * d + j];
    }
    if (pace.due((starts[i + 1] - starts[i]) * (d / 4))) await pace.pause();
  }
  for (let k = 0; k < size; k++) for (let j = 0; j < d; j++) means[k * d + j] /= masses[k] || 1;
  const variances = new Float64Array(size);
  for (let i = 0; i < n; i++) {
    for (let e = starts[i]; e < starts[i + 1]; e++) {
      const k = components[e];
      if (posterior.values[e] < negligible) continue;
      let square = 0;
      for (let j = 0; j < d; j++) square += (values[i * d + j] - means[k * d + j]) ** 2;
      variances[k] += posterior.values[e] * square;
    }
    if (pace.due((starts[i + 1] - starts[i]) * (d / 4))) await pace.pause();
  }
  for (let k = 0; k < size; k++)
    variances[k] = variances[k] / ((masses[k] || 1) * d) + regularisation;
  const total = masses.reduce((a, b) => a + b, 0);
  return { weights: masses.map(m => m / total), means, variances };
}

/** The posterior of the points under a mixture. */
export async function expect(
  { n, d, values }: Points,
  { weights, means, variances }: Mixture,
  { blas, pace }: Means,
): Promise<Posterior> {
  const size = weights.length;
  const squares = new Float64Array(size);
  const constants = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    for (let j = 0; j < d; j++) squares[k] += means[k * d + j] ** 2;
    constants[k] = Math.log(weights[k]) - (d / 2) * Math.log(2 * Math.PI * variances[k]);
  }
  const starts = new Int32Array(n + 1);
  let components = new Int32Array(2 * n);
  let shares = new Float64Array(2 * n);
  let filled = 0;
  let logLikelihood = 0;
  for (let start = 0; start < n; start += blockRows) {
    const rows = Math.min(blockRows, n - start);
    const logs = await blas.multiply(
      { data: values.subarray(start * d, (start + rows) * d), rows, columns: d },
      { data: means, rows: size, columns: d },
      { transposeB: true },
    );
    if (components.length < filled + rows * size) {
      const room = Math.max(2 * components.length, filled + rows * size);
      components = grown(components, new Int32Array(room));
      shares = grown(shares, new Float64Array(room));
    }
    for (let i = 0; i < rows; i++) {
      let square = 0;
      for (let at = (start + i) * d; at < (start + i + 1) * d; at++) square += values[at] ** 2;
      let most = Number.NEGATIVE_INFINITY;
      const row = i * size;
      for (let k = 0; k < size; k++) {
        const distance = Math.max(0, square - 2 * logs[row + k] + squares[k]);
        logs[row + k] = constants[k] - distance / (2 * variances[k]);
        if (logs[row + k] > most) most = logs[row + k];
      }
      const first = filled;
      let sum = 0;
      for (let k = 0; k < size; k++) {
        if (logs[row + k] - most < least) continue;
        components[filled] = k;
        shares[filled] = Math.exp(logs[row + k] - most);
        sum += shares[filled++];
      }
      for (let e = first; e < filled; e++) shares[e] /= sum;
      starts[start + i + 1] = filled;
      logLikelihood += most + Math.log(sum);
    }
    if (pace.due(rows * (size + d))) await pace.pause();
  }
  return {
    starts,
    components: components.slice(0, filled),
    values: shares.slice(0, filled),
    logLikelihood: logLikelihood / n,
  };
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
