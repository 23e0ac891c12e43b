import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Milliseconds without another change after which a drawing follows: not every letter of a filter needs one. */
const rest = 120;
/** How near the window a box is when it is drawn. */
const near = '300px';

/**
 * Draws what is costly to draw only where it can be seen, and not within the frame that changed it or brought it near the window: when
 * what it shows has changed and is at rest. The first drawing costs several times any other and does not wait to be seen: it is made
 * while nothing else is to be done.
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
    const whileIdle = () => requestIdleCallback(drawNow, { timeout: rest });
    const first = requestIdleCallback(drawNow);
    const observer = new IntersectionObserver(
      entries => {
        state.current.seen = entries[entries.length - 1].isIntersecting;
        if (state.current.seen) whileIdle();
      },
      { rootMargin: near },
    );
    observer.observe(box.current);
    addEventListener('beforeprint', drawNow);
    return () => {
      cancelIdleCallback(first);
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
