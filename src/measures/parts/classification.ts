import type { Counts } from '../passes/labelling.js';

/**
 * How good predicted classes are: the share that is right, and the mean over the classes that have samples of
 * F1 = 2 TP / (2 TP + FP + FN). `predicted` may hold -1 for a sample of which nothing was predicted.
 */
export function quality(
  labels: Int32Array,
  predicted: Int32Array,
  { n, ofClass, present }: Counts,
): { accuracy: number; macroF1: number } {
  const hits = new Float64Array(ofClass.length);
  const calls = new Float64Array(ofClass.length);
  let right = 0;
  for (let i = 0; i < n; i++) {
    if (predicted[i] < 0) continue;
    calls[predicted[i]]++;
    if (predicted[i] !== labels[i]) continue;
    hits[labels[i]]++;
    right++;
  }
  let sum = 0;
  for (let c = 0; c < ofClass.length; c++)
    if (ofClass[c] > 0) sum += (2 * hits[c]) / (calls[c] + ofClass[c]);
  return { accuracy: right / n, macroF1: sum / present };
}
