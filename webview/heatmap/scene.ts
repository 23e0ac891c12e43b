import { blocksIn } from '../../src/heatmap/window.js';
import type { HeatmapSpan, HeatmapWindow } from '../../src/protocol/heatmap.js';
import type { Rgb } from './colours.js';
import type { Layout } from './layout.js';

/** How the heatmap looks: colours and font, read from the theme. */
export interface Look {
  ramp: readonly Rgb[];
  /** The scale ends here. */
  top: number;
  background: string;
  foreground: string;
  quiet: string;
  bar: string;
  cursor: string;
  /** Lines between cells in high contrast; null: a hairline of background. */
  border: string | null;
  font: string;
}

/** A part of the heatmap as an image, a pixel for each block: scrolling and zooming only stretch it. */
export interface Picture {
  window: HeatmapWindow;
  image: HTMLCanvasElement;
}

/** What is drawn: pictures of the heatmap, how large its cells are and how it looks. */
export interface Scene {
  /** What the labels are of; its blocks are those that are read. */
  front: Picture;
  /** What is seen where the front has nothing: coarser, or another part. */
  behind: readonly Picture[];
  layout: Layout;
  look: Look;
}

/** Rows and columns in view, half-open. */
export interface Range {
  first: number;
  last: number;
  from: number;
  to: number;
}

/** The blocks of a span that hold something of a range: their numbers, half-open. */
export function blocksOver(span: HeatmapSpan, from: number, to: number): [number, number] {
  const first = Math.max(0, Math.floor((from - span.from) / span.block));
  return [first, Math.min(blocksIn(span), Math.ceil((to - span.from) / span.block))];
}
