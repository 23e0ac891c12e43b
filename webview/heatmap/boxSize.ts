import { type Signal, useSignal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { dragging } from './pan.js';
import { type Point, wheelStep } from './zoom.js';

/**
 * The room for a heatmap in its box, CSS pixels, as wide as the box is and as tall as it may become. The box is dragged by the
 * mouse, and Ctrl and the wheel zoom it.
 * @param onZoom is called with the point of the box that the wheel is turned over
 */
export function useBoxSize(
  box: { readonly current: HTMLElement | null },
  onZoom: (factor: number, at: Point) => void,
): Signal<{ width: number; height: number }> {
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
    // Not passive: Ctrl and the wheel zoom the heatmap instead of the page.
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const frame = element.getBoundingClientRect();
      const at = { x: event.clientX - frame.left, y: event.clientY - frame.top };
      onZoom(event.deltaY < 0 ? wheelStep : 1 / wheelStep, at);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    const stopDragging = dragging(element);
    return () => {
      stopDragging();
      observer.disconnect();
      removeEventListener('resize', measure);
      element.removeEventListener('wheel', onWheel);
    };
  }, []);
  return size;
}
