/** CSS pixels that a key scrolls by. */
const step = 80;

/** Scrolls a box by an arrow key; false for another key. */
export function panned(box: HTMLElement, key: string): boolean {
  const by: Record<string, [number, number]> = {
    ArrowUp: [0, -step],
    ArrowDown: [0, step],
    ArrowLeft: [-step, 0],
    ArrowRight: [step, 0],
  };
  const way = by[key];
  if (!way) return false;
  box.scrollBy(...way);
  return true;
}

/** Lets the main button of a mouse drag what is in a box; a finger does so by itself. Returns what ends it. */
export function dragging(box: HTMLElement): () => void {
  let from: { x: number; y: number; left: number; top: number } | null = null;
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0 || event.pointerType !== 'mouse') return;
    const frame = box.getBoundingClientRect();
    // Not on the scroll bars.
    if (event.clientX > frame.left + box.clientWidth) return;
    if (event.clientY > frame.top + box.clientHeight) return;
    from = { x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop };
  };
  const onMove = (event: PointerEvent) => {
    if (!from) return;
    if (!(event.buttons & 1)) from = null;
    else box.scrollTo(from.left + from.x - event.clientX, from.top + from.y - event.clientY);
  };
  const onUp = () => {
    from = null;
  };
  box.addEventListener('pointerdown', onDown);
  // Of the window, so that a drag goes on beside the box.
  addEventListener('pointermove', onMove);
  addEventListener('pointerup', onUp);
  return () => {
    box.removeEventListener('pointerdown', onDown);
    removeEventListener('pointermove', onMove);
    removeEventListener('pointerup', onUp);
  };
}
