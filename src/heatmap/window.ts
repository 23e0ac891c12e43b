import type { HeatmapRequest, HeatmapSpan, HeatmapWindow } from '../protocol/heatmap.js';
import type { Matrix, Rows } from './matrix.js';

/** A part of a heatmap, in blocks where single cells would be more than asked for. */
export function windowOf(
  matrix: Matrix,
  { order, heaviest, longest }: Rows,
  request: Pick<HeatmapRequest, 'rows' | 'columns' | 'block' | 'cells'>,
): HeatmapWindow {
  const { joint, weight } = matrix;
  const { targetClasses, sourceClasses } = joint;
  const { down, across } = blocksOf(request, order.length, targetClasses.length);
  return {
    rows: {
      ...named(down, row => sourceClasses[order[row]]),
      ...weightsOf(weight, order, down),
    },
    columns: named(across, y => targetClasses[y]),
    ...cellsOf(matrix, order, down, across),
    whole: {
      sources: sourceClasses.length,
      rows: order.length,
      columns: targetClasses.length,
      largest: matrix.largest,
      merged: joint.merged ?? 0,
      ...{ heaviest, longest },
    },
  };
}

/** Largest, mean and images of each block, row-major. */
function cellsOf(
  { joint: { soft, hard, sourceClasses }, inverse, weight }: Matrix,
  order: Uint32Array,
  down: Blocks,
  across: Blocks,
): Pick<HeatmapWindow, 'largest' | 'mean' | 'images'> {
  const [height, width] = [blocksIn(down), blocksIn(across)];
  const largest = new Float32Array(height * width);
  const mean = new Float32Array(height * width);
  const images = new Uint32Array(height * width);
  const live = new Uint32Array(height);
  for (let row = down.from; row < down.to; row++)
    if (weight[order[row]] > 0) live[Math.floor((row - down.from) / down.block)] += 1;
  const sum = new Float64Array(height);
  // One block of columns after the other, in each column by column, as the matrix is stored: so what is read next is near.
  for (let j = 0; j < width; j++) {
    const from = across.from + j * across.block;
    const size = sizeOf(across, j);
    sum.fill(0);
    for (let y = from; y < from + size; y++) {
      const start = y * sourceClasses.length;
      for (let k = 0, row = down.from; k < height; k++) {
        const at = k * width + j;
        const end = Math.min(row + down.block, down.to);
        let [most, all, fired] = [largest[at], 0, 0];
        for (; row < end; row++) {
          const z = order[row];
          const p = soft[start + z] * inverse[z];
          if (p > most) most = p;
          all += p;
          fired += hard[start + z];
        }
        largest[at] = most;
        sum[k] += all;
        images[at] += fired;
      }
    }
    for (let k = 0; k < height; k++)
      if (live[k] > 0) mean[k * width + j] = sum[k] / (live[k] * size);
  }
  return { largest, mean, images };
}

/** P(z) of each block of rows: the sum and the largest. */
function weightsOf(weight: Float64Array, order: Uint32Array, down: Blocks) {
  const sums = new Float64Array(blocksIn(down));
  const heaviest = new Float64Array(blocksIn(down));
  for (let row = down.from; row < down.to; row++) {
    const k = Math.floor((row - down.from) / down.block);
    const w = weight[order[row]];
    sums[k] += w;
    if (w > heaviest[k]) heaviest[k] = w;
  }
  return { weight: sums, heaviest };
}

type Blocks = Pick<HeatmapSpan, 'from' | 'to' | 'block'>;

/** Number of blocks in a span. */
export function blocksIn({ from, to, block }: Blocks): number {
  return Math.ceil((to - from) / block);
}

/** Rows or columns of the k-th block of a span. */
export function sizeOf({ from, to, block }: Blocks, k: number): number {
  return Math.min(block, to - from - k * block);
}

/** The blocks of the ranges asked for, doubled along the side that has more of them until they are few enough. */
function blocksOf(
  { rows, columns, block, cells }: Pick<HeatmapRequest, 'rows' | 'columns' | 'block' | 'cells'>,
  height: number,
  width: number,
): { down: Blocks; across: Blocks } {
  let down = aligned(rows, height, block.rows);
  let across = aligned(columns, width, block.columns);
  while (blocksIn(down) * blocksIn(across) > cells) {
    if (blocksIn(down) >= blocksIn(across)) down = aligned(rows, height, down.block * 2);
    else across = aligned(columns, width, across.block * 2);
  }
  return { down, across };
}

/** A range widened to whole blocks and cut at the end. */
function aligned([from, to]: [number, number], size: number, block: number): Blocks {
  const start = Math.min(Math.floor(from / block) * block, Math.floor(size / block) * block);
  return { from: start, to: Math.max(start, Math.min(Math.ceil(to / block) * block, size)), block };
}

function named(span: Blocks, name: (at: number) => string): HeatmapSpan {
  const starts = Array.from({ length: blocksIn(span) }, (_, k) => span.from + k * span.block);
  const first = starts.map(name);
  const last = span.block === 1 ? first : starts.map((at, k) => name(at + sizeOf(span, k) - 1));
  return { ...span, first, last };
}
