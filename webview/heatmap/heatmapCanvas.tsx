import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { t } from '../l10n.js';
import { changeHeatmap, heatmapView } from '../state.js';
import { themeChanges } from '../theme.js';
import { type Cell, cellAt, type Layout, layoutOf, scrollTo } from './layout.js';
import { Legend } from './legend.js';
import { lookOf } from './look.js';
import { type Matrix, scaleTop } from './matrix.js';
import { bitmapOf, paint, widest } from './paint.js';
import { dragging, panned } from './pan.js';
import { reading } from './reading.js';
import { Tools, zoomBy } from './tools.js';

interface Props {
  /** Name of the model: files that are saved are called after it. */
  name: string;
  matrix: Matrix;
  sources: readonly number[];
}

/** The heatmap on a canvas: scrolls, zooms, and reads its cells to mouse and keyboard. */
export function HeatmapCanvas({ name, matrix, sources }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ width: 0, height: 0 });
  const cursor = useSignal<Cell | null>(null);
  const hover = useSignal<(Cell & { x: number; y: number }) | null>(null);
  const { zoom } = heatmapView.value;
  const theme = themeChanges.value;

  // Another theme has other colours.
  const look = useMemo(() => lookOf(scaleTop(matrix.largest)), [matrix, theme]);
  const { width, height } = size.value;
  const layout = useMemo(() => {
    const rowLabel = widest(
      sources.map(z => matrix.sourceClasses[z]),
      look.font,
    );
    const columnLabel = widest(matrix.targetClasses, look.font);
    return layoutOf({
      rows: sources.length,
      columns: matrix.targetClasses.length,
      width,
      height,
      rowLabel,
      columnLabel,
      zoom,
    });
  }, [matrix, sources, look, width, height, zoom]);
  const pool = Math.max(1, Math.ceil(1 / (layout.cellHeight * (devicePixelRatio || 1))));
  const bitmap = useMemo(
    () => bitmapOf(matrix, sources, look, pool),
    [matrix, sources, look, pool],
  );

  const draw = () => {
    if (!box.current || !canvas.current || !width) return;
    const { scrollLeft: left, scrollTop: top, clientWidth, clientHeight } = box.current;
    canvas.current.style.width = `${clientWidth}px`;
    canvas.current.style.height = `${Math.min(clientHeight, layout.height)}px`;
    const visible = {
      width: clientWidth,
      height: Math.min(clientHeight, layout.height),
      left,
      top,
    };
    const focused = document.activeElement === box.current;
    paint(canvas.current, { matrix, sources, layout, look, bitmap }, visible, [
      hover.value,
      focused ? cursor.value : null,
    ]);
  };
  const latest = useRef(draw);
  latest.current = draw;
  // Before the browser paints, so that the first picture is not an empty one.
  useLayoutEffect(draw);
  useSignalEffect(() => {
    cursor.value;
    hover.value;
    latest.current();
  });

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
      zoomBy(event.deltaY < 0 ? 1.25 : 0.8);
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

  const moveTo = (cell: Cell) => {
    cursor.value = cell;
    const element = box.current;
    if (!element) return;
    const { scrollLeft: left, scrollTop: top, clientWidth, clientHeight } = element;
    element.scrollTo(
      scrollTo(layout, cell, { left, top, width: clientWidth, height: clientHeight }),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === '+' || event.key === '=') zoomBy(1.25);
    else if (event.key === '-') zoomBy(0.8);
    else if (event.key === '0') changeHeatmap({ zoom: 1 });
    else if (event.shiftKey && box.current && panned(box.current, event.key)) {
      // Scrolled: the cursor stays on its cell.
    } else {
      const next = moved(cursor.value, event, layout);
      if (!next) return;
      moveTo(next);
    }
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent) => {
    const element = box.current;
    if (!element) return;
    const frame = element.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    const cell = cellAt(layout, x, y, element.scrollLeft, element.scrollTop);
    hover.value =
      cell && x < element.clientWidth && y < element.clientHeight ? { ...cell, x, y } : null;
  };

  const read = useComputed(() => cursor.value);
  const words = (cell: Cell | null) =>
    cell && cell.row < sources.length && cell.column < matrix.targetClasses.length
      ? reading(matrix, sources[cell.row], cell.column)
      : '';
  return (
    <>
      <div class="heatmap-frame">
        <div
          ref={box}
          class="heatmap-box"
          role="application"
          aria-label={t(
            'Heatmap of P(y|z). Arrow keys read its cells, Shift and arrow keys scroll, plus and minus zoom.',
          )}
          aria-describedby="heatmap-reading"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: an application has its own keys
          tabIndex={0}
          onKeyDown={onKeyDown}
          onFocus={() => (cursor.value ? draw() : moveTo({ row: 0, column: 0 }))}
          onBlur={draw}
          onScroll={() => {
            hover.value = null;
            draw();
          }}
          onPointerMove={onPointerMove}
          onPointerLeave={() => {
            hover.value = null;
          }}
          onPointerDown={() => {
            if (hover.value) cursor.value = hover.value;
          }}
        >
          <div
            class="heatmap-size"
            style={{ width: `${layout.width}px`, height: `${layout.height}px` }}
          >
            <canvas ref={canvas} />
          </div>
        </div>
        {hover.value && (
          <Tooltip x={hover.value.x} y={hover.value.y} width={width} text={words(hover.value)} />
        )}
      </div>
      <footer class="heatmap-foot">
        <Legend look={look} />
        <Tools name={name} matrix={matrix} sources={sources} canvas={() => canvas.current} />
        <p id="heatmap-reading" class="reading" role="status">
          {words(read.value) || (
            <span class="quiet">
              {t(
                'Point at a cell, or move through the cells with the arrow keys. Ctrl and the wheel, or + and −, zoom; dragging scrolls.',
              )}
            </span>
          )}
        </p>
      </footer>
    </>
  );
}

/** Where a key moves the cursor to; null for keys that move nothing. */
function moved(from: Cell | null, event: KeyboardEvent, layout: Layout): Cell | null {
  const { row, column } = from ?? { row: 0, column: 0 };
  const far = event.ctrlKey || event.metaKey;
  const to: Record<string, Cell> = {
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    PageUp: { row: row - 10, column },
    PageDown: { row: row + 10, column },
    Home: { row: far ? 0 : row, column: 0 },
    End: { row: far ? layout.rows - 1 : row, column: layout.columns - 1 },
  };
  const next = to[event.key];
  if (!next) return null;
  const within = (value: number, size: number) => Math.max(0, Math.min(size - 1, value));
  return { row: within(next.row, layout.rows), column: within(next.column, layout.columns) };
}

/** Follows the pointer; on the right half of the heatmap it stands to the left of it. */
function Tooltip({ x, y, width, text }: { x: number; y: number; width: number; text: string }) {
  const side = x > width / 2 ? { right: `${width - x + 14}px` } : { left: `${x + 14}px` };
  return (
    <div class="tooltip" aria-hidden="true" style={{ top: `${y + 14}px`, ...side }}>
      {text}
    </div>
  );
}
