import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { HeatmapRows, HeatmapWindow } from '../../src/protocol/heatmap.js';
import { blockAt } from './block.js';
import { type Box, covers, Detail, partInView } from './detail.js';
import type { Cell } from './layout.js';
import { paint, pictureOf } from './paint.js';
import { reading } from './reading.js';
import type { Look, Picture } from './scene.js';
import type { Stage } from './stage.js';

interface Content {
  canvas: { readonly current: HTMLCanvasElement | null };
  rows: HeatmapRows;
  /** All of the heatmap, in blocks where it is large. */
  overview: HeatmapWindow;
  look: Look;
}

interface Drawing {
  /** Draws what is in view, and has what is missing of it fetched. */
  draw(): void;
  /** Rows and columns in a block of what is on show. */
  block: Signal<{ rows: number; columns: number }>;
  /** What is at the cursor, in words. */
  read: Signal<string>;
  /** What is at a cell, in words; empty where that is not known yet. */
  readAt(cell: Cell): string;
}

/** Keeps the canvas showing what is in view: the overview where that is sharp enough, else the part in view, which is fetched. */
export function useDrawing(stage: Stage, { canvas, rows, overview, look }: Content): Drawing {
  const { box, layout, cursor, hover } = stage;
  const block = useSignal({ rows: 1, columns: 1 });
  const read = useSignal('');
  const latest = useRef<() => void>(() => undefined);
  const detail = useMemo(() => new Detail(rows, () => latest.current()), [overview]);
  const pictures = useMemo(() => new WeakMap<HeatmapWindow, Picture>(), [look]);
  const picture = (window: HeatmapWindow): Picture => {
    const known = pictures.get(window) ?? pictureOf(window, look);
    pictures.set(window, known);
    return known;
  };

  const draw = () => {
    const seen = boxOf(stage);
    if (!canvas.current || !seen) return;
    const part = partInView(layout, seen);
    const near = detail.window;
    const enough = covers(overview, part, layout);
    const sharp = enough ? overview : near && covers(near, part, layout) ? near : null;
    if (!enough) detail.want(part, layout);
    // Until what is sharp is there, what is coarser or of another part.
    const behind = sharp ? [] : [overview, ...(near ? [near] : [])];
    const front = picture(sharp ?? overview);
    canvas.current.style.width = `${seen.width}px`;
    canvas.current.style.height = `${seen.height}px`;
    const focused = document.activeElement === box.current;
    paint(canvas.current, { front, behind: behind.map(picture), layout, look }, seen, [
      hover.value,
      focused ? cursor.value : null,
    ]);
    const shown = sharp ? { rows: sharp.rows.block, columns: sharp.columns.block } : part.block;
    if (block.value.rows !== shown.rows || block.value.columns !== shown.columns)
      block.value = shown;
    // A block that is on its way is read when it is there, not twice.
    const found = cursor.value && sharp && blockAt(sharp, cursor.value);
    if (found) read.value = reading(found);
  };
  latest.current = draw;
  // Before the browser paints, so that the first picture is not an empty one.
  useLayoutEffect(draw);
  useSignalEffect(() => {
    cursor.value;
    hover.value;
    latest.current();
  });

  const readAt = (cell: Cell) => {
    const fine = detail.window?.rows.block === block.value.rows ? [detail.window] : [];
    const found = [...fine, overview].map(window => blockAt(window, cell)).find(Boolean);
    return found ? reading(found) : '';
  };
  return { draw, block, read, readAt };
}

/** What of the heatmap is in view; null before its room is known. */
function boxOf({ box, width: room, layout }: Stage): Box | null {
  if (!box.current || !room) return null;
  const { scrollLeft: left, scrollTop: top, clientWidth: width, clientHeight } = box.current;
  return { width, height: Math.min(clientHeight, layout.height), left, top };
}
