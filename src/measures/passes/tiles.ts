import type { Block, MeasureInput } from './blocks.js';
import type { Pace } from './pace.js';
import { rowsByKey } from './rowsByKey.js';

/** Some rows of one target class, as inner loops want them: close together, and float64 whatever the store holds. */
export interface Tile {
  label: number;
  /** Which rows of the dataset they are; int32 [count]. */
  rows: Int32Array;
  /** Their θ, packed: the first count x Cs numbers, row-major. */
  theta: Float64Array;
}

/** Numbers in a tile: 256 KB stay in a core's own cache for all that is computed from them. */
const size = 32_768;

/** Cuts blocks into tiles. A tile is valid until the next one is made. */
export class Tiler {
  private readonly theta: Float64Array;
  private readonly most: number;

  constructor(
    private readonly targetClasses: number,
    private readonly sourceClasses: number,
  ) {
    this.most = Math.max(4, Math.floor(size / sourceClasses));
    this.theta = new Float64Array(this.most * sourceClasses);
  }

  /** The rows of a block, class by class. */
  *of(block: Block, labels: Int32Array): Generator<Tile> {
    const { theta, most, targetClasses, sourceClasses } = this;
    const { rows, starts } = rowsByKey(labels, targetClasses, block.start, block.rows);
    for (let label = 0; label < targetClasses; label++) {
      for (let from = starts[label]; from < starts[label + 1]; from += most) {
        const to = Math.min(starts[label + 1], from + most);
        for (let k = from; k < to; k++) {
          const at = rows[k] * sourceClasses;
          const row = block.probabilities.subarray(at, at + sourceClasses);
          theta.set(row, (k - from) * sourceClasses);
          rows[k] += block.start;
        }
        yield { label, rows: rows.subarray(from, to), theta };
      }
    }
  }
}

/** One pass over the outputs, tile by tile. What is done with a tile should take a few times as long as reading it. */
export async function eachTile(
  input: MeasureInput,
  pace: Pace,
  visit: (tile: Tile) => void,
): Promise<void> {
  const { blocks, labels, targetClasses, sourceClasses } = input;
  const tiler = new Tiler(targetClasses, sourceClasses);
  for await (const block of blocks)
    for (const tile of tiler.of(block, labels)) {
      visit(tile);
      if (pace.due(2 * tile.rows.length * sourceClasses)) await pace.pause();
    }
}
