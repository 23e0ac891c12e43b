import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** Height of a row, CSS pixels, as ranking.css has it. */
export const rowHeight = 32;

/** Up to so many rows all are in the page, and may be of different heights; each costs about a millisecond when it is made. */
export const mostWhole = 40;

/** Rows above and below what is seen that are drawn too, so that scrolling shows no gap. */
const spare = 4;

/** The part of a long list that is in the page; the rest is empty space of the same height. */
export interface RowWindow {
  first: number;
  /** After the last row. */
  end: number;
  /** Rows that the page has at most, wherever it is scrolled to. */
  most: number;
  /** Scrolls so that a row is seen, and draws it. */
  reveal(at: number): void;
  /** Scrolls back to the first row, where it is not near. */
  toStart(): void;
}

/** Follows how far a box is scrolled. All rows of a short list; of a long one those that are seen. */
export function useRowWindow(box: RefObject<HTMLElement | null>, count: number): RowWindow {
  const place = useSignal({ top: 0, height: 600 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const read = () => {
      // In steps of a few rows: between them nothing new would be drawn.
      const top = Math.floor(element.scrollTop / rowHeight / 4) * 4 * rowHeight;
      const height = element.clientHeight;
      if (top !== place.value.top || height !== place.value.height) place.value = { top, height };
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read);
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, []);
  const { top, height } = place.value;
  const whole = count <= mostWhole;
  const last = Math.ceil((top + height) / rowHeight) + 4 + spare;
  const first = whole ? 0 : Math.max(0, Math.min(Math.floor(top / rowHeight) - spare, count - 1));
  return {
    first,
    end: whole ? count : Math.min(count, last),
    most: Math.ceil(height / rowHeight) + 5 + 2 * spare,
    toStart: () => {
      // Asked of what is known: to ask the box itself has the whole table laid out.
      if (!box.current || place.peek().top === 0) return;
      box.current.scrollTop = 0;
      place.value = { ...place.peek(), top: 0 };
    },
    reveal: at => {
      const element = box.current;
      if (!element || whole) return;
      const head = element.querySelector('thead')?.clientHeight ?? 0;
      const room = element.clientHeight - head - rowHeight;
      const wanted = Math.max(
        at * rowHeight - Math.max(room, 0),
        Math.min(element.scrollTop, at * rowHeight),
      );
      element.scrollTop = wanted;
      place.value = {
        top: Math.floor(wanted / rowHeight / 4) * 4 * rowHeight,
        height: element.clientHeight,
      };
    },
  };
}
