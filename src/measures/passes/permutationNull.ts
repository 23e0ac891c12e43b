import { random, shuffle } from '../../numerics/random.js';
import type { Measure, OutputMeasure } from '../measure.js';
import type { MeasureInput } from './blocks.js';
import { FeatureData } from './featureData.js';
import { HardCounts } from './hardCounts.js';
import { addRow, softJoint } from './joint.js';
import { countClasses, denseLabelling } from './labelling.js';
import { logLikelihoods } from './logLikelihoods.js';
import { Pace } from './pace.js';
import { type Tile, Tiler } from './tiles.js';

export interface NullOptions {
  seed: number;
  /** How many permutations. The first k are the same whatever the count. */
  count: number;
}

/** Label permutations whose mean is taken off a corrected measure; their seed is part of its definition. */
export const correction: NullOptions = { seed: 1, count: 20 };

/** Most float64 numbers that the joints of permutations scored together may take: 64 MB. */
const budget = 8e6;

/**
 * Values of a measure under seeded permutations of the labels: the distribution it has where outputs and labels have nothing
 * to do with each other, bias included. Null for what labels do not decide, or not alone: static baselines, measures of a pool.
 */
export async function nullValues(
  measure: Measure,
  input: MeasureInput,
  options: NullOptions,
  signal?: AbortSignal,
): Promise<Float64Array | null> {
  const pace = new Pace(signal);
  const orders = permutations(input, options);
  if (measure.needs === 'outputs' && 'fit' in measure) {
    const values: number[] = [];
    for (const order of orders) {
      const labels = Int32Array.from(order, i => input.labels[i]);
      const one = { ...input, labels, groups: new Int32Array(labels.length), groupCount: 1 };
      values.push((await measure.fit(one, pace)).value);
    }
    return Float64Array.from(values);
  }
  if (measure.needs === 'outputs') {
    const { predicted } = await softJoint(input, pace);
    if (!('corrects' in measure)) return valuesUnder(measure, input, orders, predicted, -1, pace);
    const values = await valuesUnder(measure.corrects, input, orders, predicted, -1, pace);
    const { groups } = input;
    const [mean] = await nullMeans(
      measure.corrects,
      { ...input, groups: new Int32Array(groups.length), groupCount: 1 },
      correction,
      pace,
    );
    return values.map(v => v - mean);
  }
  if (measure.needs !== 'features' || !input.features) return null;
  const data = FeatureData.of(input, input.features, pace);
  const values: number[] = [];
  for (const order of orders) {
    values.push((await measure.fit(data.relabelled(order))).value);
    await pace.pause();
  }
  return Float64Array.from(values);
}

/** Mean of a measure under seeded permutations: entry 0 of all samples, entry g + 1 of what is left without group g. */
export async function nullMeans(
  measure: OutputMeasure,
  input: MeasureInput,
  options: NullOptions,
  pace: Pace,
): Promise<Float64Array> {
  const { groups } = input;
  const groupCount = input.groupCount > 1 ? input.groupCount : 0;
  const { predicted } = await softJoint(input, pace);
  const orders = permutations(input, options);
  const means = new Float64Array(groupCount + 1);
  for (let g = -1; g < groupCount; g++) {
    const left = g < 0 ? orders : orders.map(order => withoutGroup(order, groups, g));
    const values = await valuesUnder(measure, input, left, predicted, g, pace);
    means[g + 1] = values.reduce((a, b) => a + b, 0) / values.length;
  }
  return means;
}

/** Seeded random orders of the samples; a permutation gives sample i the label of sample order[i]. */
function permutations({ labels }: MeasureInput, { seed, count }: NullOptions): Int32Array[] {
  const next = random(seed);
  return Array.from({ length: count }, () =>
    shuffle(
      Int32Array.from(labels, (_, i) => i),
      next,
    ),
  );
}

/**
 * A permutation of the samples outside a group: where the whole one leads into the group it is followed until it is out again.
 * Equally likely are all of them, and few samples get another label than under the whole one.
 */
function withoutGroup(order: Int32Array, groups: Int32Array, group: number): Int32Array {
  return order.map((to, i) => {
    if (groups[i] === group) return i;
    let j = to;
    while (groups[j] === group) j = order[j];
    return j;
  });
}

/** A measure of all samples but a group, or of all (`leftOut` -1), under each of several permutations. */
async function valuesUnder(
  measure: OutputMeasure,
  input: MeasureInput,
  orders: readonly Int32Array[],
  predicted: Int32Array,
  leftOut: number,
  pace: Pace,
): Promise<Float64Array> {
  const { labels, groups, targetClasses, sourceClasses } = input;
  // The marginals, of target and of source classes, are the same under every permutation.
  const counts = countClasses(labels, targetClasses, groups, leftOut);
  const { likelihood } = measure;
  const together = Math.max(1, Math.floor(budget / (targetClasses * sourceClasses)));
  const values: number[] = [];
  while (values.length < orders.length) {
    const shuffled = orders
      .slice(values.length, values.length + together)
      .map(order => Int32Array.from(order, i => labels[i]));
    let sums: Float64Array[] = [];
    if (likelihood) {
      const joints = await jointsOf(input, shuffled, leftOut, pace);
      const marginal = marginalOf(joints[0], targetClasses, sourceClasses);
      const labellings = shuffled.map((l, p) => ({
        ...denseLabelling(l, counts, joints[p], marginal),
        leftOut,
      }));
      sums = (await logLikelihoods(input, labellings, [likelihood], pace)).get(likelihood) ?? [];
    }
    shuffled.forEach((l, p) => {
      const hard = HardCounts.of(l, predicted, targetClasses, sourceClasses);
      if (leftOut >= 0)
        for (let i = 0; i < l.length; i++)
          if (groups[i] === leftOut) hard.change(l[i], predicted[i], -1);
      const logLikelihood = sums[p] ?? new Float64Array(0);
      values.push(measure.value({ counts, logLikelihood, entropies: hard.entropies() }));
    });
    if (pace.due(20 * labels.length * shuffled.length)) await pace.pause();
  }
  return Float64Array.from(values);
}

/** One pass: the soft joint N(y, z) of the samples outside a group under each of several labels. */
async function jointsOf(
  input: MeasureInput,
  labels: readonly Int32Array[],
  leftOut: number,
  pace: Pace,
): Promise<Float64Array[]> {
  const { groups, targetClasses, sourceClasses } = input;
  const joints = labels.map(() => new Float64Array(targetClasses * sourceClasses));
  const tiler = new Tiler(targetClasses, sourceClasses);
  for await (const block of input.blocks)
    for (let p = 0; p < labels.length; p++) {
      for (const tile of tiler.of(block, labels[p]))
        addTile(joints[p], tile, sourceClasses, groups, leftOut);
      if (pace.due(block.rows * sourceClasses)) await pace.pause();
    }
  return joints;
}

function addTile(
  joint: Float64Array,
  { label, rows, theta }: Tile,
  classes: number,
  groups: Int32Array,
  leftOut: number,
): void {
  for (let k = 0; k < rows.length; k++)
    if (groups[rows[k]] !== leftOut) addRow(joint, label, theta, k, classes);
}

function marginalOf(joint: Float64Array, targetClasses: number, classes: number): Float64Array {
  const marginal = new Float64Array(classes);
  for (let y = 0; y < targetClasses; y++) addRow(marginal, 0, joint, y, classes);
  return marginal;
}
