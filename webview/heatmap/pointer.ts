import { useLayoutEffect, useRef } from 'preact/hooks';
import { cellAt } from './layout.js';
import { dragging } from './pan.js';
import type { Point, Stage } from './stage.js';
import { wheelStep } from './zoom.js';

/**
 * What a pointer does in a heatmap: it reads the cell that it is over, a click moves the cursor there, dragging scrolls, and Ctrl and
 * the wheel zoom. Returns the handlers of the box.
 * @param onZoom is called with the point of the box that the wheel is turned over
 */
export function usePointer(
  { box, layout, cursor, hover }: Stage,
  onZoom: (factor: number, at: Point) => void,
) {
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    // Not passive: Ctrl and the wheel zoom the heatmap instead of the page.
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom.current(event.deltaY < 0 ? wheelStep : 1 / wheelStep, pointOf(event, element));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    const stopDragging = dragging(element);
    return () => {
      stopDragging();
      element.removeEventListener('wheel', onWheel);
    };
  }, []);
  return {
    onPointerMove: (event: PointerEvent) => {
      const element = box.current;
      if (!element) return;
      const { x, y } = pointOf(event, element);
      const cell = cellAt(layout, x, y, element.scrollLeft, element.scrollTop);
      // Not on the scroll bars.
      const inside = x < element.clientWidth && y < element.clientHeight;
      hover.value = cell && inside ? { ...cell, x, y } : null;
    },
    onPointerLeave: () => {
      hover.value = null;
    },
    onPointerDown: () => {
      if (hover.value) cursor.value = hover.value;
    },
  };
}

function pointOf({ clientX, clientY }: MouseEvent, box: HTMLElement): Point {
  const { left, top } = box.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}
