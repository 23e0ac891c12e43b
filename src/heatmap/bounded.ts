import type { Joint } from '../protocol/worker.js';
import { matrixOf } from './matrix.js';

/** Source classes that stay of a matrix, however many target classes it has. */
const fewest = 20;

/**
 * A joint of at most so many cells, for files: the heaviest source classes as they are, and all others summed up in one
 * last row, so that every sum over source classes stays what it was. One that is small enough is given back.
 * @param cells most cells; a joint of very many target classes keeps 20 source classes all the same
 */
export function boundedJoint(joint: Joint, cells: number): Joint {
  const { targetClasses, sourceClasses } = joint;
  const keep = Math.max(fewest, Math.floor(cells / Math.max(1, targetClasses.length)) - 1);
  const merged = sourceClasses.length - keep;
  if (merged <= 1) return joint;
  const { byWeight } = matrixOf(joint);
  // In their own order: the heaviest ones keep the places that they have to each other.
  const kept = byWeight.slice(0, keep).sort((a, b) => a - b);
  // All others share the place behind them.
  const place = new Uint32Array(sourceClasses.length).fill(keep);
  kept.forEach((z, k) => {
    place[z] = k;
  });
  const sums = (from: ArrayLike<number>) => {
    const sum = new Float64Array(targetClasses.length * (keep + 1));
    for (let y = 0, at = 0; y < targetClasses.length; y++)
      for (let z = 0; z < place.length; z++, at++) sum[y * (keep + 1) + place[z]] += from[at];
    return sum;
  };
  return {
    model: joint.model,
    targetClasses,
    sourceClasses: [...Array.from(kept, z => sourceClasses[z]), `… (${merged})`],
    soft: Float32Array.from(sums(joint.soft)),
    hard: Uint32Array.from(sums(joint.hard)),
    merged,
  };
}
