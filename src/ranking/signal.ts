import { studentQuantile } from '../numerics/student.js';

/** Differences below this, in nats, are not told apart: outputs are stored as float32. */
export const resolution = 1e-6;

/**
 * Whether a score is better than what the same outputs give under permuted labels: above the one-sided 97.5 % prediction bound
 * of one more permutation, by Student's t, so that a few permutations are enough, and above every one of them, for nulls that are
 * anything but normal. Never with fewer than two of them.
 */
export function beatsNull(value: number, nullValues: Float64Array | null): boolean {
  const count = nullValues?.length ?? 0;
  if (!nullValues || count < 2) return false;
  const mean = nullValues.reduce((a, b) => a + b, 0) / count;
  const squares = nullValues.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const deviation = Math.sqrt((squares / (count - 1)) * (1 + 1 / count));
  const bound = Math.max(resolution, studentQuantile(0.975, count - 1) * deviation);
  return value - mean > bound && nullValues.every(v => value > v);
}
