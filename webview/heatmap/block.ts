import { blocksIn, sizeOf } from '../../src/heatmap/window.js';
import type { HeatmapSpan, HeatmapWindow } from '../../src/protocol/heatmap.js';
import type { Cell } from './layout.js';

/** One block of a heatmap, a single cell where it is zoomed in far enough. */
export interface Block {
  /** Source classes and target classes in it: how many, and the first and last of their names. */
  sources: Names;
  targets: Names;
  cells: number;
  largest: number;
  mean: number;
  /** P(z) of its source classes together. */
  weight: number;
  images: number;
}

export interface Names {
  count: number;
  first: string;
  last: string;
}

/** First row or column of the block that one is in. */
export function startOf(at: number, block: number): number {
  return Math.floor(at / block) * block;
}

/** The block of a window that a cell is in; null where the window has not got it. */
export function blockAt(window: HeatmapWindow, { row, column }: Cell): Block | null {
  const { rows, columns } = window;
  if (row < rows.from || row >= rows.to || column < columns.from || column >= columns.to)
    return null;
  const down = Math.floor((row - rows.from) / rows.block);
  const across = Math.floor((column - columns.from) / columns.block);
  const at = down * blocksIn(columns) + across;
  const sources = namesOf(rows, down);
  const targets = namesOf(columns, across);
  return {
    ...{ sources, targets, cells: sources.count * targets.count },
    largest: window.largest[at],
    mean: window.mean[at],
    weight: rows.weight[down],
    images: window.images[at],
  };
}

function namesOf(span: HeatmapSpan, k: number): Names {
  return { count: sizeOf(span, k), first: span.first[k], last: span.last[k] };
}
