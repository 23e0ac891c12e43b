import type { Joint } from '../protocol/worker.js';
import { matrixOf } from './matrix.js';

/** Cells of all matrices that a file to be sent holds: some 4 MB of text. */
const cellsOfFile = 400_000;

/** Source classes that stay of a matrix, however many target classes it has. */
const fewest = 20;

/** The joints of a file that is to be sent, each bounded by its part of what all may take. */
export function boundedJoints(joints: readonly Joint[]): Joint[] {
  return joints.map(joint => boundedJoint(joint, cellsOfFile / joints.length));
}

/**
 * A joint of at most so many cells, for files that are sent: the heaviest source classes as they are, and all others summed up in one
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
  const rest = byWeight.subarray(keep);
  const cut = (from: ArrayLike<number>, y: number) => {
    const start = y * sourceClasses.length;
    const others = rest.reduce((sum, z) => sum + from[start + z], 0);
    return [...Array.from(kept, z => from[start + z]), others];
  };
  return {
    model: joint.model,
    targetClasses,
    sourceClasses: [...Array.from(kept, z => sourceClasses[z]), `… (${merged})`],
    soft: Float32Array.from(targetClasses.flatMap((_, y) => cut(joint.soft, y))),
    hard: Uint32Array.from(targetClasses.flatMap((_, y) => cut(joint.hard, y))),
    merged,
  };
}
