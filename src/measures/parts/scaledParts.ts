import type { Parts } from '../measure.js';
import { minMax } from '../passes/pool.js';

/**
 * Parts of the models of a pool, each moved and scaled to 0 to 1 over the models that have all of them. Not a number for the
 * others, and for all where fewer than two models are left to compare.
 */
export function scaledParts<Name extends string>(
  pool: readonly Parts[],
  names: readonly Name[],
): Record<Name, number[]> {
  const whole = pool.map(parts => names.every(name => Number.isFinite(parts[name])));
  const compared = whole.filter(Boolean).length > 1;
  const scaled = {} as Record<Name, number[]>;
  for (const name of names) {
    const some = minMax(pool.filter((_, k) => whole[k]).map(parts => parts[name]));
    let next = 0;
    scaled[name] = whole.map(has => (has && compared ? some[next++] : Number.NaN));
  }
  return scaled;
}
