import type { Notice } from '../protocol/notice.js';

/** Counts of a set of labelled samples: the whole dataset, what is left of it, or one with other labels. */
export interface Counts {
  /** Samples. */
  n: number;
  /** Samples of each target class; int32 [Ct]. */
  ofClass: Int32Array;
  /** Target classes that have a sample. */
  present: number;
}

/**
 * How a measure that is a sum over samples scores one: by its likelihood under a predictor that is linear in θ(x),
 * made of the joint N(y, z) = Σ_{i: y_i = y} θ_iz and the marginal M(z) = Σ_y N(y, z), both in samples.
 * All of these run in the passes' inner loops: typed arrays in, typed arrays out.
 */
export interface Likelihood {
  /** What the sums below need of M, once for all target classes. */
  marginal(m: Float64Array, out: Float64Array): void;
  /** What they need of row N(y, .), which begins at `at` of `joint`; float64 [Cs]. */
  row(
    joint: Float64Array,
    at: number,
    marginal: Float64Array,
    counts: Counts,
    y: number,
    out: Float64Array,
  ): void;
  /** Likelihood of the row's target class for each of `count` samples, the rows of `theta` (row-major, Cs wide). */
  likelihoods(
    theta: Float64Array,
    count: number,
    row: Float64Array,
    marginal: Float64Array,
    out: Float64Array,
  ): void;
}

/** Plug-in entropies (nats) of target class Y and hard source class Z = argmax θ(x). */
export interface Entropies {
  target: number;
  source: number;
  joint: number;
}

/** What the passes leave for a measure to be computed from, for one set of labelled samples. */
export interface Statistics {
  counts: Counts;
  /** Σ ln likelihood over the samples of each target class, by the measure's own `likelihood`; float64 [Ct]. */
  logLikelihood: Float64Array;
  entropies: Entropies;
}

/** What tells whether a score can be trusted on these data. */
export interface Regime {
  n: number;
  targetClasses: number;
  /** H(Y), nats. */
  targetEntropy: number;
  /**
   * Source classes in effect: the trace Σ_i Σ_z θ_iz² / M(z) of the smoother behind the EEP, that is how much of a sample's
   * prediction is its own label. One for a source that says nothing, the number of classes in use for a one-hot source.
   */
  softSourceClasses: number;
  /** Source classes that are some sample's argmax. */
  hardSourceClasses: number;
}

/** A transferability measure: what it is called, what it is good for, and its formula over shared statistics. */
export interface Measure {
  readonly id: string;
  readonly name: string;
  readonly needs: 'outputs' | 'features';
  /** Smallest and largest value that it can take. */
  readonly range: readonly [number, number];
  /** The outcome that it estimates. */
  readonly predicts: 'fine-tuning' | 're-trained head';
  /** Time and memory, in samples n, source classes Cs and target classes Ct. */
  readonly cost: string;
  /** Where it can be trusted, in words; `invalid` checks it. */
  readonly validity: string;
  /** Paper and equation. */
  readonly source: string;
  /** Of measures that are sums over samples; measures that share one share its passes. */
  readonly likelihood?: Likelihood;
  /** The score, from the statistics of one set of labelled samples. Larger is better. */
  value(statistics: Statistics): number;
  /** Why the score must not be trusted on these data, or null. */
  invalid?(regime: Regime): Notice | null;
}
