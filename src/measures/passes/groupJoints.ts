import type { MeasureInput } from './blocks.js';
import { addRow, type SoftJoint } from './joint.js';
import { countClasses, type Labelling } from './labelling.js';
import type { Pace } from './pace.js';
import { eachTile, type Tile } from './tiles.js';

/** Most float64 numbers that the joints of a chunk of groups may take: 64 MB. */
const budget = 8e6;
/** What is left of a source class below this share of its mass is rounding of the subtraction. */
const rounding = 1e-14;

/** A range of jackknife groups, small enough for their joints to be held at once. */
export interface Chunk {
  from: number;
  to: number;
}

/** Cuts the groups into chunks: a group touches few rows of the joint, so only those are held. */
export function chunksOf(input: MeasureInput): Chunk[] {
  const { labels, groups, groupCount, targetClasses, sourceClasses } = input;
  const touched = new Set<number>();
  const size = new Float64Array(groupCount).fill(3 * sourceClasses + targetClasses);
  for (let i = 0; i < labels.length; i++) {
    const pair = groups[i] * targetClasses + labels[i];
    if (touched.has(pair)) continue;
    touched.add(pair);
    size[groups[i]] += sourceClasses;
  }
  const chunks: Chunk[] = [];
  for (let from = 0; from < groupCount; ) {
    let to = from;
    for (let sum = 0; to < groupCount && (to === from || sum + size[to] <= budget); to++)
      sum += size[to];
    chunks.push({ from, to });
    from = to;
  }
  return chunks;
}

/** N and M of each group of a chunk, gathered block by block; rows of N that a group does not touch are not held. */
export class GroupJoints {
  /** Place of row (group, class) in `joint`, or -1. */
  private readonly slots: Int32Array;
  private readonly joint: Float64Array;
  private readonly marginals: Float64Array;

  constructor(
    private readonly input: MeasureInput,
    private readonly chunk: Chunk,
  ) {
    const { labels, groups, targetClasses, sourceClasses } = input;
    const count = chunk.to - chunk.from;
    this.slots = new Int32Array(count * targetClasses).fill(-1);
    let used = 0;
    for (let i = 0; i < labels.length; i++) {
      if (groups[i] < chunk.from || groups[i] >= chunk.to) continue;
      const pair = (groups[i] - chunk.from) * targetClasses + labels[i];
      if (this.slots[pair] < 0) this.slots[pair] = used++;
    }
    this.joint = new Float64Array(used * sourceClasses);
    this.marginals = new Float64Array(count * sourceClasses);
  }

  /** One pass of its own: the joints of a chunk. */
  static async gather(input: MeasureInput, chunk: Chunk, pace: Pace): Promise<GroupJoints> {
    const joints = new GroupJoints(input, chunk);
    await eachTile(input, pace, tile => joints.add(tile));
    return joints;
  }

  /** Adds the rows of a tile. */
  add({ label, rows, theta }: Tile): void {
    const { groups, targetClasses, sourceClasses } = this.input;
    for (let k = 0; k < rows.length; k++) {
      const group = groups[rows[k]];
      if (group < this.chunk.from || group >= this.chunk.to) continue;
      const g = group - this.chunk.from;
      addRow(this.joint, this.slots[g * targetClasses + label], theta, k, sourceClasses);
      addRow(this.marginals, g, theta, k, sourceClasses);
    }
  }

  /** What remains of the whole without each group of the chunk, in order. */
  labellings(whole: Pick<SoftJoint, 'joint' | 'marginal'>): Labelling[] {
    const { labels, groups, targetClasses, sourceClasses } = this.input;
    const difference = { table: new Float64Array(sourceClasses), at: 0 };
    const untouched = { table: whole.joint, at: 0 };
    return Array.from({ length: this.chunk.to - this.chunk.from }, (_, g) => {
      const leftOut = this.chunk.from + g;
      // Taken in place: once the labellings are made, the groups' own marginals are not needed any more.
      const marginal = this.marginals.subarray(g * sourceClasses, (g + 1) * sourceClasses);
      for (let z = 0; z < sourceClasses; z++) {
        const rest = whole.marginal[z] - marginal[z];
        marginal[z] = rest > rounding * whole.marginal[z] ? rest : 0;
      }
      return {
        labels,
        leftOut,
        counts: countClasses(labels, targetClasses, groups, leftOut),
        marginal,
        row: y => {
          const slot = this.slots[g * targetClasses + y];
          if (slot < 0) {
            untouched.at = y * sourceClasses;
            return untouched;
          }
          subtract(difference.table, whole.joint, y, this.joint, slot);
          return difference;
        },
      };
    });
  }
}

/** out = row `y` of `whole` - row `slot` of `part`. */
function subtract(
  out: Float64Array,
  whole: Float64Array,
  y: number,
  part: Float64Array,
  slot: number,
): void {
  const classes = out.length;
  const w = y * classes;
  const p = slot * classes;
  for (let z = 0; z < classes; z++) out[z] = whole[w + z] - part[p + z];
}
