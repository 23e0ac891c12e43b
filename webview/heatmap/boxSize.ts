import { type Signal, useSignal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';

/** The room for a heatmap in its box, CSS pixels, as wide as the box is and as tall as it may become; 0 before it is known. */
export function useBoxSize(box: {
  readonly current: HTMLElement | null;
}): Signal<{ width: number; height: number }> {
  const size = useSignal({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      const largest = Number.parseFloat(getComputedStyle(element).maxHeight) || 560;
      const { clientWidth } = element;
      if (clientWidth !== size.value.width || largest !== size.value.height)
        size.value = { width: clientWidth, height: largest };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      removeEventListener('resize', measure);
    };
  }, []);
  return size;
}
