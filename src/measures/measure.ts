import type { Notice } from '../protocol/notice.js';
import type { MeasureInput, ModelFacts } from './passes/blocks.js';
import type { FeatureData } from './passes/featureData.js';
import type { Counts } from './passes/labelling.js';
import type { Pace } from './passes/pace.js';

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
  /** Whether labels are numbers; there are no target classes then. */
  numbers: boolean;
  targetClasses: number;
  /** H(Y), nats. */
  targetEntropy: number;
  /** Samples of the target class that has fewest. */
  smallestClass: number;
  /** d, the length of a feature vector; 0: the model has none. */
  dimension: number;
  /**
   * Source classes in effect: the trace Σ_i Σ_z θ_iz² / M(z) of the smoother behind the EEP, that is how much of a sample's
   * prediction is its own label. One for a source that says nothing, the number of classes in use for a one-hot source.
   */
  softSourceClasses: number;
  /** Source classes that are some sample's argmax. */
  hardSourceClasses: number;
}

/** Measures of one family look at the same thing, and tend to agree. */
export type Family = 'likelihood' | 'features' | 'probe' | 'static';

/** What is known of a measure without computing it. */
export interface MeasureFacts {
  readonly id: string;
  readonly name: string;
  readonly family: Family;
  /** One sentence for a tooltip: what it tells, and which way is better. */
  readonly hint: string;
  /** Smallest and largest value that it can take. */
  readonly range: readonly [number, number];
  /** Every measure is stated so that higher is better: ranking, intervals and agreement go by that. */
  readonly direction: 'higher';
  /** What it is for a model that says nothing of the labels: a number, or -H(Y). */
  readonly noSignal?: number | '-H(Y)';
  /** How it is written; a plain number otherwise. */
  readonly unit?: 'nats' | 'count' | 'bytes';
  /** The outcome that it estimates. */
  readonly predicts: 'fine-tuning' | 're-trained head';
  /** Time and memory, in samples n, source classes Cs, target classes Ct and dimension d. */
  readonly cost: string;
  /** Where it can be trusted, in words; `invalid` checks it. */
  readonly validity: string;
  /** Paper and equation. */
  readonly source: string;
  /** Whether labels may be numbers, one or several a sample; what compares classes cannot take them. */
  readonly takesNumbers?: boolean;
  /** Why the score must not be trusted on these data, or null. */
  invalid?(regime: Regime): Notice | null;
}

/** A measure of the outputs: its formula over statistics that all of them share. */
export interface OutputMeasure extends MeasureFacts {
  readonly needs: 'outputs';
  /** Of measures that are sums over samples; measures that share one share its passes. */
  readonly likelihood?: Likelihood;
  /** The score, from the statistics of one set of labelled samples. */
  value(statistics: Statistics): number;
}

/** A measure of the outputs less what it is on average where labels and outputs have nothing to do with each other. */
export interface CorrectedMeasure extends MeasureFacts {
  readonly needs: 'outputs';
  readonly corrects: OutputMeasure;
}

/** A score of all samples, and what it is without some of them. */
export interface Fitted {
  value: number;
  /** The score with a jackknife group left out; asked for one group after the other. Absent: there is no interval. */
  without?(group: number): number | Promise<number>;
  /** The variance of the value, where the measure knows it better than the jackknife; null where it does not on these data. */
  variance?(): Promise<number | null>;
  /** Further figures of the same fit, by name. */
  details?: Record<string, number>;
  /** Why the score must not be trusted on these data; what only the fit can tell. */
  doubt?: Notice | null;
}

/** A measure of the outputs that takes passes of its own: more than the shared sums tell. */
export interface FittedOutputMeasure extends MeasureFacts {
  readonly needs: 'outputs';
  fit(input: MeasureInput, pace: Pace): Promise<Fitted>;
}

/** A measure of the penultimate features. */
export interface FeatureMeasure extends MeasureFacts {
  readonly needs: 'features';
  /** Whether pairs of groups are to be left out too, for n samples of dimension d: where their interactions matter to the interval. */
  pairs?(n: number, d: number): boolean;
  fit(data: FeatureData): Promise<Fitted>;
}

/** The parts that a measure of a pool is made of, by name. */
export type Parts = Readonly<Record<string, number>>;

/** A measure whose score of a model depends on which other models are scored: made again whenever the pool changes. */
export interface PoolMeasure extends MeasureFacts {
  readonly needs: 'pool';
  /** What one model brings; `without` is as in `Fitted`. */
  parts(data: FeatureData): Promise<{ parts: Parts; without?(group: number): Promise<Parts> }>;
  /** The scores of a pool, in its order. */
  combine(pool: readonly Parts[]): number[];
}

/** A baseline that looks at the model alone. */
export interface ModelMeasure extends MeasureFacts {
  readonly needs: 'model';
  /** Null where the model does not tell. */
  value(facts: ModelFacts): number | null;
}

/** A transferability measure: what it is called, what it is good for, and its formula. */
export type Measure =
  | OutputMeasure
  | CorrectedMeasure
  | FittedOutputMeasure
  | FeatureMeasure
  | PoolMeasure
  | ModelMeasure;
