import assert from 'node:assert/strict';

/** Equal to `tolerance`, relative to the size of what is expected where that is above one. */
export function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual} is not within ${tolerance} of ${expected}`,
  );
}
