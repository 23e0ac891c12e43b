import { changeHeatmap } from '../state.js';
import { moved } from './cursor.js';
import { type Cell, scrollTo } from './layout.js';
import { panned } from './pan.js';
import type { Stage } from './stage.js';
import { zoomStep } from './zoom.js';

/**
 * What keys do in a heatmap: arrows move the cursor block by block, with Shift they scroll, and plus, minus and zero zoom. Returns what
 * handles a key, and what moves the cursor to a cell.
 */
export function keyboardOf(
  { box, layout, cursor }: Stage,
  block: { rows: number; columns: number },
  zoomAbout: (factor: number) => void,
) {
  const moveTo = (cell: Cell) => {
    cursor.value = cell;
    if (!box.current) return;
    const { scrollLeft: left, scrollTop: top, clientWidth, clientHeight } = box.current;
    box.current.scrollTo(
      scrollTo(layout, cell, { left, top, width: clientWidth, height: clientHeight }),
    );
  };
  /** Whether the key is one of the heatmap's. */
  const handled = (event: KeyboardEvent): boolean => {
    if (event.key === '+' || event.key === '=') zoomAbout(zoomStep);
    else if (event.key === '-') zoomAbout(1 / zoomStep);
    else if (event.key === '0') changeHeatmap({ zoom: 1 });
    // Scrolled: the cursor stays on its cell.
    else if (event.shiftKey && box.current && panned(box.current, event.key)) return true;
    else {
      const next = moved(cursor.value, event, layout, block);
      if (!next) return false;
      moveTo(next);
    }
    return true;
  };
  return {
    moveTo,
    onKeyDown: (event: KeyboardEvent) => {
      if (handled(event)) event.preventDefault();
    },
  };
}
