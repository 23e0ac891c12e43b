import { type Blas, plainBlas } from '../../numerics/blas.js';
import type { MeasureInput, Numbers, RowBlock, RowTable } from './blocks.js';
import { type Counts, countClasses } from './labelling.js';
import {
  classSumsWithout,
  type Group,
  gatherClassSums,
  gatherMoments,
  type Moments,
  momentsWithout,
} from './moments.js';
import type { Pace } from './pace.js';
import { rowsByKey } from './rowsByKey.js';

/** What was computed of a set once: whatever its labels and groups, for its labels, and for its jackknife groups. */
interface Kept {
  always: Map<string, Promise<unknown>>;
  byLabels: Map<string, Promise<unknown>>;
  byGroups: Map<string, Promise<unknown>>;
}

/**
 * Penultimate features of a set of labelled samples, and what measures of them share: everything that is expensive is computed
 * once, when it is first asked for. The set is all samples, or what is left without one jackknife group.
 */
export class FeatureData {
  /** Rows of the dataset that belong to the set, ascending; int32 [n]. */
  readonly rows: Int32Array;
  /** Target class of each of them; int32 [n]. A class may have none. */
  readonly labels: Int32Array;
  readonly n: number;
  /** d, the length of a feature vector. */
  readonly dimension: number;
  readonly targetClasses: number;
  readonly counts: Counts;
  /** Labels that are numbers, by row of the dataset; null where they are classes. */
  readonly numbers: Numbers | null;
  readonly blas: Blas;
  #group = { of: -1, kept: new Map<string, Promise<unknown>>() };
  #left: { group: number; data: FeatureData } | null = null;

  private constructor(
    private readonly input: MeasureInput,
    private readonly features: RowTable,
    /** Lets others run in long loops; to be asked now and then. */
    readonly pace: Pace,
    private readonly whole: FeatureData | null,
    private readonly leftOut: number,
    private readonly kept: Kept = { always: new Map(), byLabels: new Map(), byGroups: new Map() },
  ) {
    const { labels, groups, targetClasses } = input;
    this.dimension = features.columns;
    this.targetClasses = targetClasses;
    this.numbers = input.numbers ?? null;
    this.blas = input.blas ?? plainBlas;
    this.counts = countClasses(labels, targetClasses, groups, leftOut);
    this.n = this.counts.n;
    this.rows = new Int32Array(this.n);
    let k = 0;
    for (let i = 0; i < labels.length; i++) if (groups[i] !== leftOut) this.rows[k++] = i;
    this.labels = leftOut < 0 ? labels : Int32Array.from(this.rows, i => labels[i]);
  }

  /** All samples of an input that has features. */
  static of(input: MeasureInput, features: RowTable, pace: Pace): FeatureData {
    return new FeatureData(input, features, pace, null, -1);
  }

  /** Number of jackknife groups; 0: there is nothing to leave out. */
  get groupCount(): number {
    return this.input.groupCount > 1 ? this.input.groupCount : 0;
  }

  /** Whether the samples of a group belong together, so that samples are not independent. */
  get clustered(): boolean {
    return this.input.clustered === true;
  }

  /** Jackknife group of each of the set's samples; int32 [n]. */
  get groups(): Int32Array {
    return this.leftOut < 0
      ? this.input.groups
      : Int32Array.from(this.rows, i => this.input.groups[i]);
  }

  /** The features of the set's samples in order; `start` counts within the set. */
  blocks(): AsyncIterable<RowBlock> {
    return this.features.read(this.rows);
  }

  /** The logits of the set's samples in order, or null where the model gives probabilities. */
  logits(): { columns: number; blocks: AsyncIterable<RowBlock> } | null {
    const { logits } = this.input;
    return logits ? { columns: logits.columns, blocks: logits.read(this.rows) } : null;
  }

  /** What is left without a jackknife group (of a set that is whole). The last one that was asked for is kept. */
  without(group: number): FeatureData {
    if (this.#left?.group !== group)
      this.#left = {
        group,
        data: new FeatureData(this.input, this.features, this.pace, this, group),
      };
    return this.#left.data;
  }

  /** The samples of a jackknife group (of a set that is whole). The last group that was read is kept. */
  group(of: number): Promise<Group> {
    return this.onceOfGroup(of, 'samples', () => this.#readGroup(of));
  }

  /** The same samples (of a set that is whole), each with the label of sample order[i]. What was computed without looking at labels is kept. */
  relabelled(order: Int32Array): FeatureData {
    const labels = Int32Array.from(order, i => this.input.labels[i]);
    const input = { ...this.input, labels, numbers: reordered(this.input.numbers, order) };
    const kept = { ...this.kept, byLabels: new Map() };
    return new FeatureData(input, this.features, this.pace, null, -1, kept);
  }

  /** The same samples (of a set that is whole) with jackknife groups joined two and two. What does not depend on groups is kept. */
  joined(): FeatureData {
    const groups = this.input.groups.map(g => g >> 1);
    const input = { ...this.input, groups, groupCount: Math.ceil(this.input.groupCount / 2) };
    const kept = { ...this.kept, byGroups: new Map() };
    return new FeatureData(input, this.features, this.pace, null, -1, kept);
  }

  /** Something that several measures need and that does not depend on labels, nor on groups, computed by whoever asks first. */
  once<T>(what: string, compute: () => T | Promise<T>): Promise<T> {
    return keep(this.kept.always, what, compute);
  }

  /** The same for what depends on labels. */
  onceByLabels<T>(what: string, compute: () => T | Promise<T>): Promise<T> {
    return keep(this.kept.byLabels, what, compute);
  }

  /** The same for what depends on the jackknife groups, and not on labels. */
  onceByGroups<T>(what: string, compute: () => T | Promise<T>): Promise<T> {
    return keep(this.kept.byGroups, what, compute);
  }

  /** The same for what one jackknife group is made into; it is kept until another group is asked for. */
  onceOfGroup<T>(of: number, what: string, compute: () => T | Promise<T>): Promise<T> {
    if (this.#group.of !== of) this.#group = { of, kept: new Map() };
    return keep(this.#group.kept, what, compute);
  }

  /** Rows of the samples sorted by jackknife group, as `rowsByKey` gives them. */
  rowsByGroup(): Promise<ReturnType<typeof rowsByKey>> {
    const { groups, groupCount } = this.input;
    return this.onceByGroups('rows', () => rowsByKey(groups, groupCount));
  }

  /** First and second moments. Those of what is left are those of all less the group's own: no further pass. */
  moments(): Promise<Moments> {
    return this.once('moments', async () =>
      this.whole
        ? momentsWithout(await this.whole.moments(), await this.whole.group(this.leftOut), this)
        : gatherMoments(this),
    );
  }

  /** Σ (x - shift) over the samples of each target class, about the shift of `moments`; float64 [Ct, d]. */
  classSums(): Promise<Float64Array> {
    return this.onceByLabels('class sums', async () => {
      const { shift } = await this.moments();
      return this.whole
        ? classSumsWithout(
            await this.whole.classSums(),
            shift,
            await this.whole.group(this.leftOut),
          )
        : gatherClassSums(this, shift);
    });
  }

  async #readGroup(of: number): Promise<Group> {
    const { labels } = this.input;
    const { rows, starts } = await this.rowsByGroup();
    const members = rows.slice(starts[of], starts[of + 1]);
    const values = new Float32Array(members.length * this.dimension);
    for await (const block of this.features.read(members))
      values.set(
        block.values.subarray(0, block.rows * this.dimension),
        block.start * this.dimension,
      );
    return { count: members.length, labels: Int32Array.from(members, i => labels[i]), values };
  }
}

function reordered(numbers: Numbers | null | undefined, order: Int32Array): Numbers | null {
  if (!numbers) return null;
  const { columns } = numbers;
  const values = new Float64Array(numbers.values.length);
  order.forEach((from, i) => {
    for (let c = 0; c < columns; c++) values[i * columns + c] = numbers.values[from * columns + c];
  });
  return { columns, values };
}

function keep<T>(
  kept: Map<string, Promise<unknown>>,
  what: string,
  compute: () => T | Promise<T>,
): Promise<T> {
  let found = kept.get(what) as Promise<T> | undefined;
  if (!found) {
    found = Promise.resolve().then(compute);
    kept.set(what, found);
  }
  return found;
}
