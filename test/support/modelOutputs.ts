import assert from 'node:assert/strict';
import type { OpenOptions } from '../../src/models/model.js';
import { openModel } from '../../src/models/open.js';

/** Runs one batch through a model and closes it. */
export async function runModel(
  path: string,
  batch: { data: Float32Array; shape: number[] },
  options: Partial<OpenOptions> = {},
) {
  const model = await openModel(path, { threads: 1, ...options });
  try {
    return { model, result: await model.run([batch]) };
  } finally {
    await model.close();
  }
}

/** Largest absolute difference of two arrays of the same length. */
export function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}
