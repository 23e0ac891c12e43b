import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Milliseconds without another change after which a drawing follows: not every letter of a filter needs one. */
const rest = 120;
/** How near the window a box is when it is drawn. */
const near = '300px';

/**
 * Draws what is costly to draw only where it can be seen, and not within the frame that changed it: at the first time when its box
 * comes near the window, then when what it shows has changed and is at rest.
 * @param shows what it shows; another value is another drawing
 */
export function useWhenSeen(
  box: RefObject<HTMLElement | null>,
  draw: () => void,
  shows: readonly unknown[],
): void {
  const latest = useRef(draw);
  latest.current = draw;
  const state = useRef({ seen: false, due: true });
  const drawNow = () => {
    if (!state.current.due) return;
    state.current.due = false;
    latest.current();
  };
  useLayoutEffect(() => {
    if (!box.current) return;
    const observer = new IntersectionObserver(
      entries => {
        state.current.seen = entries[entries.length - 1].isIntersecting;
        if (state.current.seen) drawNow();
      },
      { rootMargin: near },
    );
    observer.observe(box.current);
    addEventListener('beforeprint', drawNow);
    return () => {
      observer.disconnect();
      removeEventListener('beforeprint', drawNow);
    };
  }, []);
  useLayoutEffect(() => {
    state.current.due = true;
    const timer = setTimeout(() => state.current.seen && drawNow(), rest);
    return () => clearTimeout(timer);
  }, shows);
}
