import * as z from 'zod';

/** Which source classes are the rows of a heatmap, and of what. */
export interface HeatmapRows {
  run: string;
  model: string;
  /** The heaviest so many by P(z); null: all of them. */
  top: number | null;
  /** Only those whose name holds this text, whatever its case. */
  filter: string;
}

/** A part of a heatmap that a page wants to show. Ranges are half-open; what lies beyond the ends is left out. */
export interface HeatmapRequest extends HeatmapRows {
  rows: [from: number, to: number];
  columns: [from: number, to: number];
  /** Rows and columns that one cell of the answer stands for, powers of two; where it would have too many cells, more. */
  block: { rows: number; columns: number };
  /** Cells of the answer at most. */
  cells: number;
}

/** Rows or columns of a part, in blocks that begin at multiples of their size; the last one may be smaller. */
export interface HeatmapSpan {
  from: number;
  to: number;
  /** Rows or columns in a block, a power of two. */
  block: number;
  /** Names of the first and of the last class of each block. */
  first: string[];
  last: string[];
}

/** A part of the heatmap of P(y|z): source classes down, target classes across. */
export interface HeatmapWindow {
  rows: HeatmapSpan & {
    /** P(z) of each block: the sum of its source classes, and the largest of them. */
    weight: Float64Array;
    heaviest: Float64Array;
  };
  columns: HeatmapSpan;
  /** Of each block, row-major: the largest P(y|z), and the mean over its source classes that have any weight. */
  largest: Float32Array;
  mean: Float32Array;
  /** Images of the block's target classes whose most probable source class is one of its. */
  images: Uint32Array;
  whole: HeatmapWhole;
}

/** What a part says of the heatmap that it is of. */
export interface HeatmapWhole {
  /** Source classes of the model, and those of them that are rows. */
  sources: number;
  rows: number;
  columns: number;
  /** Largest P(y|z) of all source classes: what the colours are scaled by. */
  largest: number;
  /** Largest P(z) of the rows. */
  heaviest: number;
  /** The longest names of rows and columns, for the room that they get. */
  longest: { rows: string[]; columns: string[] };
  /** Source classes that are one row together, because a saved file leaves them out one by one; else 0. */
  merged: number;
}

const count = z.number().int().min(0).max(1e9);
const range = z.tuple([count, count]);
const block = z
  .number()
  .int()
  .min(1)
  .max(2 ** 24);

const heatmapRowsSchema = z.object({
  run: z.string(),
  model: z.string(),
  top: count.nullable(),
  filter: z.string().max(1000),
});

export const heatmapRequestSchema = heatmapRowsSchema.extend({
  rows: range,
  columns: range,
  block: z.object({ rows: block, columns: block }),
  cells: z
    .number()
    .int()
    .min(1)
    .max(2 ** 20),
});
