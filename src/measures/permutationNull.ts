import { random, shuffle } from '../numerics/random.js';
import type { MeasureInput } from './blocks.js';
import { HardCounts } from './hardCounts.js';
import { addRow, softJoint } from './joint.js';
import { countClasses, denseLabelling } from './labelling.js';
import { logLikelihoods } from './logLikelihoods.js';
import type { Measure } from './measure.js';
import { Pace } from './pace.js';
import { type Tile, Tiler } from './tiles.js';

export interface NullOptions {
  seed: number;
  /** How many permutations. The first k are the same whatever the count. */
  count: number;
}

/** Most float64 numbers that the joints of permutations scored together may take: 64 MB. */
const budget = 8e6;

/**
 * Values of a measure under seeded permutations of the labels: the distribution it has where outputs and labels have nothing
 * to do with each other, bias included. One pass over the outputs, and two for every 64 MB of the permutations' joints.
 */
export async function nullValues(
  measure: Measure,
  input: MeasureInput,
  { seed, count }: NullOptions,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const { labels, groups, targetClasses, sourceClasses } = input;
  const pace = new Pace(signal);
  const next = random(seed);
  const { marginal, predicted } = await softJoint(input, pace);
  // The marginals, of target and of source classes, are the same under every permutation.
  const counts = countClasses(labels, targetClasses, groups);
  const { likelihood } = measure;
  const together = Math.max(1, Math.floor(budget / (targetClasses * sourceClasses)));
  const values: number[] = [];
  while (values.length < count) {
    const some = Math.min(together, count - values.length);
    const shuffled = Array.from({ length: some }, () => shuffle(labels.slice(), next));
    let sums: Float64Array[] = [];
    if (likelihood) {
      const joints = await jointsOf(input, shuffled, pace);
      const labellings = shuffled.map((l, p) => denseLabelling(l, counts, joints[p], marginal));
      sums = (await logLikelihoods(input, labellings, [likelihood], pace)).get(likelihood) ?? [];
    }
    shuffled.forEach((l, p) => {
      const entropies = HardCounts.of(l, predicted, targetClasses, sourceClasses).entropies();
      values.push(
        measure.value({ counts, logLikelihood: sums[p] ?? new Float64Array(0), entropies }),
      );
    });
  }
  return Float64Array.from(values);
}

/** One pass: the soft joint N(y, z) under each of several labels. */
async function jointsOf(
  input: MeasureInput,
  labels: readonly Int32Array[],
  pace: Pace,
): Promise<Float64Array[]> {
  const { targetClasses, sourceClasses } = input;
  const joints = labels.map(() => new Float64Array(targetClasses * sourceClasses));
  const tiler = new Tiler(targetClasses, sourceClasses);
  for await (const block of input.blocks)
    for (let p = 0; p < labels.length; p++) {
      for (const tile of tiler.of(block, labels[p])) addTile(joints[p], tile, sourceClasses);
      if (pace.due(block.rows * sourceClasses)) await pace.pause();
    }
  return joints;
}

function addTile(joint: Float64Array, { label, rows, theta }: Tile, classes: number): void {
  for (let k = 0; k < rows.length; k++) addRow(joint, label, theta, k, classes);
}
