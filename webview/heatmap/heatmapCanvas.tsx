import { useSignal, useSignalEffect } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { HeatmapRows, HeatmapWindow } from '../../src/protocol/heatmap.js';
import { count } from '../format.js';
import { t } from '../l10n.js';
import { changeHeatmap, heatmapView } from '../state.js';
import { themeChanges } from '../theme.js';
import { blockAt } from './block.js';
import { useBoxSize } from './boxSize.js';
import { moved } from './cursor.js';
import { covers, Detail, partInView } from './detail.js';
import { widest } from './labels.js';
import { type Cell, cellAt, layoutOf, scrollTo } from './layout.js';
import { BlockNote, Legend } from './legend.js';
import { lookOf, scaleTop } from './look.js';
import { paint, pictureOf } from './paint.js';
import { panned } from './pan.js';
import { reading } from './reading.js';
import type { Picture } from './scene.js';
import { Tools } from './tools.js';
import {
  type Anchor,
  anchorAt,
  keepAt,
  type Point,
  pointToKeep,
  zoomBy,
  zoomStep,
} from './zoom.js';

interface Props {
  /** Name of the model: files that are saved are called after it. */
  name: string;
  /** What the overview is of. */
  rows: HeatmapRows;
  /** All of it, in blocks where it is large. */
  overview: HeatmapWindow;
}

/** The heatmap on a canvas: scrolls, zooms, fetches the part in view, and reads its cells to mouse and keyboard. */
export function HeatmapCanvas({ name, rows, overview }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const anchor = useRef<Anchor | null>(null);
  const lastAnchor = useRef<Anchor | null>(null);
  const zooming = useRef<(factor: number, at?: Point) => void>(() => undefined);
  const size = useBoxSize(box, (factor, at) => zooming.current(factor, at));
  const cursor = useSignal<Cell | null>(null);
  const hover = useSignal<(Cell & { x: number; y: number }) | null>(null);
  /** Rows and columns in a block of what is on show. */
  const block = useSignal({ rows: 1, columns: 1 });
  const read = useSignal('');
  const { zoom } = heatmapView.value;
  const theme = themeChanges.value;
  const { whole } = overview;

  // Another theme has other colours.
  const look = useMemo(() => lookOf(scaleTop(whole.largest)), [whole.largest, theme]);
  const { width, height } = size.value;
  const layout = useMemo(
    () =>
      layoutOf({
        ...{ rows: whole.rows, columns: whole.columns, width, height, zoom },
        rowLabel: widest(whole.longest.rows, look.font),
        columnLabel: widest(whole.longest.columns, look.font),
      }),
    [whole, look, width, height, zoom],
  );
  const detail = useMemo(() => new Detail(rows, () => latest.current()), [overview]);
  const pictures = useMemo(() => new WeakMap<HeatmapWindow, Picture>(), [look]);
  const picture = (window: HeatmapWindow): Picture => {
    const known = pictures.get(window) ?? pictureOf(window, look);
    pictures.set(window, known);
    return known;
  };

  const draw = () => {
    if (!box.current || !canvas.current || !width) return;
    const { scrollLeft: left, scrollTop: top, clientWidth, clientHeight } = box.current;
    const seen = { width: clientWidth, height: Math.min(clientHeight, layout.height), left, top };
    canvas.current.style.width = `${seen.width}px`;
    canvas.current.style.height = `${seen.height}px`;
    const part = partInView(layout, seen);
    const near = detail.window;
    const enough = covers(overview, part, layout);
    const sharp = enough ? overview : near && covers(near, part, layout) ? near : null;
    if (!enough) detail.want(part, layout);
    const behind = sharp ? [] : [overview, ...(near ? [near] : [])];
    const front = sharp ?? overview;
    const focused = document.activeElement === box.current;
    paint(
      canvas.current,
      { front: picture(front), behind: behind.map(picture), layout, look },
      seen,
      [hover.value, focused ? cursor.value : null],
    );
    const shown = sharp ? { rows: sharp.rows.block, columns: sharp.columns.block } : part.block;
    if (block.value.rows !== shown.rows || block.value.columns !== shown.columns)
      block.value = shown;
    // A block that is on its way is read when it is there, not twice.
    const found = cursor.value && sharp && blockAt(sharp, cursor.value);
    if (found) read.value = reading(found);
  };
  const latest = useRef(draw);
  latest.current = draw;
  // Before the browser paints, so that the first picture is not an empty one.
  useLayoutEffect(() => {
    if (anchor.current && box.current) keepAt(layout, box.current, anchor.current);
    anchor.current = null;
    draw();
  });
  useSignalEffect(() => {
    cursor.value;
    hover.value;
    latest.current();
  });

  /** Zooms about a point of the box; by default about the cursor where it is seen, else about the middle. */
  const zoomAbout = (factor: number, at?: Point) => {
    const element = box.current;
    if (!element) return;
    const point = at ?? pointToKeep(layout, element, cursor.value);
    anchor.current = anchorAt(layout, element, point, lastAnchor.current);
    lastAnchor.current = anchor.current;
    zoomBy(factor, layout);
  };
  zooming.current = zoomAbout;

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
    if (event.key === '+' || event.key === '=') zoomAbout(zoomStep);
    else if (event.key === '-') zoomAbout(1 / zoomStep);
    else if (event.key === '0') changeHeatmap({ zoom: 1 });
    else if (event.shiftKey && box.current && panned(box.current, event.key)) {
      // Scrolled: the cursor stays on its cell.
    } else {
      const next = moved(cursor.value, event, layout, block.value);
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
  const hovered = () => {
    const windows =
      detail.window && detail.window.rows.block === block.value.rows
        ? [detail.window, overview]
        : [overview];
    const found =
      hover.value && windows.map(window => blockAt(window, hover.value as Cell)).find(Boolean);
    return found ? reading(found) : '';
  };

  return (
    <>
      <div class="heatmap-frame">
        <div
          ref={box}
          class="heatmap-box"
          role="application"
          aria-label={t(
            'Heatmap of P(y|z), {rows} source classes by {columns} target classes. Arrow keys read its cells, Shift and arrow keys scroll, plus and minus zoom.',
            { rows: count(whole.rows), columns: count(whole.columns) },
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
          <Tooltip x={hover.value.x} y={hover.value.y} width={width} text={hovered()} />
        )}
      </div>
      <footer class="heatmap-foot">
        <Legend look={look} />
        <Tools
          name={name}
          rows={rows}
          layout={layout}
          look={look}
          onZoom={zoomAbout}
          canvas={() => canvas.current}
        />
        <p id="heatmap-reading" class="reading" role="status">
          {read.value || (
            <span class="quiet">
              {t(
                'Point at a cell, or move through the cells with the arrow keys. Ctrl and the wheel, or + and −, zoom; dragging scrolls.',
              )}
            </span>
          )}
        </p>
        {layout.leastZoom < 1 && <BlockNote {...block.value} />}
      </footer>
    </>
  );
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
