import type { Signal } from '@preact/signals';
import type { Cell, Layout } from './layout.js';

/** A point of the box, CSS pixels. */
export interface Point {
  x: number;
  y: number;
}

/** What drawing, pointer and keyboard of a heatmap share. */
export interface Stage {
  /** The element that scrolls. */
  box: { readonly current: HTMLElement | null };
  /** Its width, CSS pixels; 0 before it is known. */
  width: number;
  layout: Layout;
  /** The cell that keys move; null before they did. */
  cursor: Signal<Cell | null>;
  /** The cell under the pointer, and where the pointer is. */
  hover: Signal<(Cell & Point) | null>;
}
