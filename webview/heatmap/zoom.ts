import { useLayoutEffect, useRef } from 'preact/hooks';
import { changeHeatmap, heatmapView } from '../state.js';
import type { Cell, Layout } from './layout.js';
import type { Point, Stage } from './stage.js';

/** A step of a key or a button, and the finer one of a wheel. */
export const zoomStep = 1.5;
export const wheelStep = 1.25;
const mostZoom = 32;

/** Zooms by a factor, from all rows at a glance to large cells: never further than makes a difference. */
function zoomBy(factor: number, { leastZoom }: Layout): void {
  const now = Math.max(leastZoom, heatmapView.value.zoom);
  changeHeatmap({ zoom: Math.max(leastZoom, Math.min(mostZoom, now * factor)) });
}

/** What a zoom by a key or a button is about: the cursor where it is seen, else the middle. */
function pointToKeep(layout: Layout, box: HTMLElement, cursor: Cell | null): Point {
  const { clientWidth, clientHeight, scrollLeft, scrollTop } = box;
  if (cursor) {
    const x = layout.gutter + (cursor.column + 0.5) * layout.cellWidth - scrollLeft;
    const y = layout.head + (cursor.row + 0.5) * layout.cellHeight - scrollTop;
    if (x > layout.gutter && x < clientWidth && y > layout.head && y < clientHeight)
      return { x, y };
  }
  return {
    x: (layout.gutter + clientWidth) / 2,
    y: (layout.head + Math.min(clientHeight, layout.height)) / 2,
  };
}

/** A point of the heatmap, in rows and columns, and where in the box it is, CSS pixels. */
interface Anchor extends Point {
  row: number;
  column: number;
}

/**
 * What lies at a point of a scrolled box.
 * @param last the anchor of the zoom before: taken as it was where it still is at the point, because a box rounds how far it is
 *   scrolled, and a pixel of a small heatmap is many rows of a large one
 */
function anchorAt(layout: Layout, box: HTMLElement, { x, y }: Point, last: Anchor | null): Anchor {
  const row = (Math.max(0, y - layout.head) + box.scrollTop) / layout.cellHeight;
  const column = (Math.max(0, x - layout.gutter) + box.scrollLeft) / layout.cellWidth;
  const same = (a: number, b: number, cell: number) => Math.abs(a - b) * cell < 1;
  if (last?.x === x && last.y === y)
    if (same(last.row, row, layout.cellHeight) && same(last.column, column, layout.cellWidth))
      return last;
  return { row, column, x, y };
}

/** Scrolls so that an anchor is where it was, whatever the cells' size is now. */
function keepAt(layout: Layout, box: HTMLElement, { row, column, x, y }: Anchor): void {
  box.scrollTo(
    column * layout.cellWidth - Math.max(0, x - layout.gutter),
    row * layout.cellHeight - Math.max(0, y - layout.head),
  );
}

/**
 * Zooms about a point of the box, by default about the cursor where it is seen, else about the middle: what lies there stays there when
 * the cells have their new size.
 */
export function useZoom({ box, layout, cursor }: Stage): (factor: number, at?: Point) => void {
  const kept = useRef<Anchor | null>(null);
  const last = useRef<Anchor | null>(null);
  useLayoutEffect(() => {
    if (kept.current && box.current) keepAt(layout, box.current, kept.current);
    kept.current = null;
  });
  return (factor, at) => {
    const element = box.current;
    if (!element) return;
    const point = at ?? pointToKeep(layout, element, cursor.value);
    kept.current = anchorAt(layout, element, point, last.current);
    last.current = kept.current;
    zoomBy(factor, layout);
  };
}
