import { choleskySemidefinite } from '../numerics/cholesky.js';
import { quantile } from '../numerics/quantile.js';
import { normals, random } from '../numerics/random.js';
import { studentQuantile } from '../numerics/student.js';
import { jackknifeCovariance } from './jackknife.js';
import { beatsNull, resolution } from './signal.js';

export interface Candidate {
  id: string;
  /** Finite; larger is better. */
  value: number;
  /** The value with each group left out; the same groups for all candidates. Null: no interval. */
  replicates: Float64Array | null;
  /** The value under permuted labels; only the leader's is read. Null: not known, so no winner. */
  nullValues: Float64Array | null;
}

export interface Ranking {
  /** Ids, best first: tier by tier, in each by value. One that is told from a leader may score above one that is not. */
  order: string[];
  /** The leader, if it is told from every other candidate and from no signal; else null. */
  winner: string | null;
  /** Tiers: the leader and all that cannot be told from it, then the same for the rest. */
  ties: string[][];
  /** Probability of being the best, by id; sums to one. Empty where a candidate has no replicates. */
  probabilityBest: Record<string, number>;
}

const draws = 10_000;
const confidence = 0.95;

/**
 * Ranks candidates scored on the same samples. Their scores vary together, as the jackknife covariance says; with equal
 * expectations a winner is declared in at most 5 % of data sets, however many candidates there are.
 */
export function rank(candidates: readonly Candidate[], { seed }: { seed: number }): Ranking {
  // Nothing may depend on the order in which candidates come, so ties in value are put in order of id.
  const sorted = [...candidates].sort(
    (a, b) => b.value - a.value || (a.id < b.id ? -1 : Number(a.id > b.id)),
  );
  const ids = sorted.map(c => c.id);
  const leader = sorted[0];
  if (!leader) return { order: ids, winner: null, ties: [], probabilityBest: {} };
  const replicates = sorted.flatMap(c => c.replicates ?? []);
  const groups = replicates[0]?.length ?? 0;
  const comparable =
    replicates.length === sorted.length &&
    groups > 1 &&
    replicates.every(r => r.length === groups && r.every(Number.isFinite));
  // A single candidate has nobody to be told from.
  if (!comparable && sorted.length > 1)
    return { order: ids, winner: null, ties: [ids], probabilityBest: {} };

  const spread = comparable ? spreadOf(replicates, seed) : null;
  const tiers: number[][] = [];
  for (let rest = sorted.map((_, k) => k); rest.length > 0; ) {
    const tier = spread ? tierOf(rest, sorted, spread) : rest;
    tiers.push(tier);
    rest = rest.filter(k => !tier.includes(k));
  }
  const ties = tiers.map(tier => tier.map(k => ids[k]));
  const alone = tiers[0].length === 1;
  return {
    order: ties.flat(),
    winner: alone && beatsNull(leader.value, leader.nullValues) ? leader.id : null,
    ties,
    probabilityBest: spread ? probabilityBest(sorted, spread) : { [leader.id]: 1 },
  };
}

/** How scores vary together over data sets of this size. */
interface Spread {
  covariance: Float64Array;
  /** Draws of the scores' errors, normal with that covariance; draws x m, row-major. */
  errors: Float64Array;
  /** Per draw, what turns a normal quantile into Student's: sqrt(chi² / df), for the covariance is itself estimated. */
  scale: Float64Array;
  /** Degrees of freedom: groups - 1. */
  freedom: number;
}

function spreadOf(replicates: readonly Float64Array[], seed: number): Spread {
  const m = replicates.length;
  const freedom = replicates[0].length - 1;
  const covariance = jackknifeCovariance(replicates);
  const l = choleskySemidefinite(covariance, m);
  const normal = normals(random(seed));
  const errors = new Float64Array(draws * m);
  const scale = new Float64Array(draws);
  const independent = new Float64Array(m);
  const third = 2 / (9 * freedom);
  for (let d = 0; d < draws; d++) {
    for (let k = 0; k < m; k++) independent[k] = normal();
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let k = 0; k <= i; k++) sum += l[i * m + k] * independent[k];
      errors[d * m + i] = sum;
    }
    // chi² / df by the cube of a normal (Wilson and Hilferty 1931).
    scale[d] = Math.max(1e-3, 1 - third + normal() * Math.sqrt(third)) ** 1.5;
  }
  return { covariance, errors, scale, freedom };
}

/**
 * Of candidates in order: the first and all that cannot be told from it, by a comparison with the best that holds for all pairs
 * with it at once (Hsu 1996, with Dunnett's two-sided critical value from draws).
 */
function tierOf(rest: readonly number[], sorted: readonly Candidate[], spread: Spread): number[] {
  const { covariance, errors, scale, freedom } = spread;
  const m = sorted.length;
  const [best, ...others] = rest;
  const variance = (k: number) => covariance[k * m + k];
  const deviations = others.map(k => {
    const both = variance(best) + variance(k);
    const difference = both - 2 * covariance[best * m + k];
    // What rounding leaves of two that move as one is no variance.
    return difference > 1e-12 * both ? Math.sqrt(difference) : 0;
  });
  const varying = others.flatMap((k, j) => (deviations[j] > 0 ? [{ k, s: deviations[j] }] : []));
  let critical = varying.length > 0 ? studentQuantile((1 + confidence) / 2, freedom) : 0;
  if (varying.length > 1) {
    const largest = new Float64Array(draws);
    for (let d = 0; d < draws; d++)
      for (const { k, s } of varying) {
        const t = Math.abs(errors[d * m + best] - errors[d * m + k]) / (s * scale[d]);
        if (t > largest[d]) largest[d] = t;
      }
    critical = Math.max(critical, quantile(largest, confidence));
  }
  return [
    best,
    ...others.filter((k, j) => {
      const difference = sorted[best].value - sorted[k].value;
      return difference <= Math.max(resolution, critical * deviations[j]);
    }),
  ];
}

/** Share of draws in which each candidate is the best; equals share a draw. */
function probabilityBest(sorted: readonly Candidate[], { errors }: Spread): Record<string, number> {
  const m = sorted.length;
  const wins = new Float64Array(m);
  const score = new Float64Array(m);
  for (let d = 0; d < draws; d++) {
    let best = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < m; k++) {
      score[k] = sorted[k].value + errors[d * m + k];
      if (score[k] > best) best = score[k];
    }
    let equals = 0;
    for (let k = 0; k < m; k++) if (score[k] >= best - resolution) equals++;
    for (let k = 0; k < m; k++) if (score[k] >= best - resolution) wins[k] += 1 / equals;
  }
  return Object.fromEntries(sorted.map((c, k) => [c.id, wins[k] / draws]));
}
