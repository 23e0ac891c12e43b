import type { FeatureData } from '../passes/featureData.js';
import { principalComponents } from './pca.js';

/** First and second moments of each class along k principal components. */
export interface ClassMoments {
  /** Samples; int32 [Ct]. */
  counts: Int32Array;
  /** 0 where a class has no sample; float64 [Ct, k]. */
  means: Float64Array;
  /** Σ (z - mean)² over the class; float64 [Ct, k]. */
  squares: Float64Array;
}

/** Class moments of all samples, and of the rest without a group: along the same components, which are those of all samples. */
export async function classMoments(
  data: FeatureData,
): Promise<{ all: ClassMoments; without(group: number): ClassMoments }> {
  const { labels, targetClasses } = data;
  const { count: k, scores } = await principalComponents(data);
  const counts = data.counts.ofClass;
  const means = new Float64Array(targetClasses * k);
  for (let i = 0, at = 0; i < labels.length; i++)
    for (let j = 0; j < k; j++) means[labels[i] * k + j] += scores[at++];
  for (let c = 0; c < targetClasses; c++)
    for (let j = 0; j < k; j++) means[c * k + j] /= Math.max(1, counts[c]);
  const squares = new Float64Array(targetClasses * k);
  for (let i = 0, at = 0; i < labels.length; i++)
    for (let j = 0; j < k; j++)
      squares[labels[i] * k + j] += (scores[at++] - means[labels[i] * k + j]) ** 2;
  const { rows, starts } = await data.rowsByGroup();

  return {
    all: { counts, means, squares },
    without(group) {
      const left = { counts: counts.slice(), means: means.slice(), squares: squares.slice() };
      // About the class means of all samples, so that nothing cancels.
      const sums = new Float64Array(targetClasses * k);
      for (const row of rows.subarray(starts[group], starts[group + 1])) {
        const to = labels[row] * k;
        left.counts[labels[row]]--;
        for (let j = 0; j < k; j++) {
          const z = scores[row * k + j] - means[to + j];
          sums[to + j] -= z;
          left.squares[to + j] -= z * z;
        }
      }
      for (let c = 0; c < targetClasses; c++)
        for (let at = c * k; at < (c + 1) * k; at++) {
          const moved = sums[at] / Math.max(1, left.counts[c]);
          left.means[at] += moved;
          left.squares[at] = Math.max(0, left.squares[at] - left.counts[c] * moved * moved);
        }
      return left;
    },
  };
}
