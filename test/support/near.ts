import assert from 'node:assert/strict';

/** Equal to `tolerance`, relative to the size of what is expected where that is above one. */
export function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual} is not within ${tolerance} of ${expected}`,
  );
}

/** All values equal to 1e-5, as `near` counts; neither array may be empty. */
export function nearArrays(given: Float32Array | null, wanted: Float32Array | null): void {
  assert.ok(given && wanted && given.length === wanted.length && wanted.length > 0);
  wanted.forEach((value, i) => {
    const gap = Math.abs(given[i] - value);
    assert.ok(gap <= 1e-5 * Math.max(1, Math.abs(value)), `${i}: ${value} off by ${gap}`);
  });
}
