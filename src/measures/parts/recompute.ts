import type { Fitted } from '../measure.js';
import type { FeatureData } from '../passes/featureData.js';

/** The `without` of a measure that is computed anew on what is left. */
export function recomputed(
  data: FeatureData,
  value: (left: FeatureData) => Promise<number>,
): NonNullable<Fitted['without']> {
  return group => value(data.without(group));
}
