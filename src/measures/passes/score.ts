import type { Parts } from '../measure.js';

/** What one measure says of one model. */
export interface MeasureScore {
  value: number;
  /** The value with group g left out (a measure's docstring says what it holds); float64 [groupCount]. Null: there is no interval. */
  replicates: Float64Array | null;
  /**
   * Σ (Q_gh - mean Q)² / (G (G - 1)) over the pairs of groups, Q_gh = G S - (G - 1)(S_g + S_h) + (G - 2) S_gh: the variance of the
   * interactions of groups, which the jackknife counts more than once (Efron and Stein 1981). Of features estimated from half as
   * many pairs as there are groups. Null where it would cost too much.
   */
  interaction: number | null;
  /** The variance of the value by the measure's own account (`Fitted.variance`); null: the jackknife's is all there is. */
  variance: number | null;
  /** False outside the measure's valid regime; `note` says why. */
  valid: boolean;
  note?: string;
  /** Further figures of the same fit, by name. */
  details?: Record<string, number>;
  /** Of a measure of a pool: what this model brings, with all samples and then without each group. Its `value` is NaN. */
  parts?: Parts[];
}

/** All scores of one model, and the joint that those of its outputs are from. */
export interface Evaluation {
  scores: Record<string, MeasureScore>;
  /** N(y, z) in samples, Ct x Cs, row-major: soft sums of θ, and counts of argmax θ. */
  joint: { soft: Float64Array; hard: Uint32Array };
  /** Mean of the largest probability of each sample; null: the model gives features alone. */
  confidence: number | null;
  /**
   * How far what the model gives differs between samples. Of outputs χ² = Σ_z Var θ_z / E θ_z: whatever the labels,
   * LEEP <= -H(Y) + log(1 + χ²). Where features are all that is scored, their variance over the square of their mean. Null: there is neither.
   */
  variation: number | null;
}
