import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import type { HeatmapRows, HeatmapWindow } from '../../src/protocol/heatmap.js';
import { count } from '../format.js';
import { t } from '../l10n.js';
import { heatmapView } from '../state.js';
import { themeChanges } from '../theme.js';
import { useBoxSize } from './boxSize.js';
import { useDrawing } from './drawing.js';
import { keyboardOf } from './keyboard.js';
import { widest } from './labels.js';
import { layoutOf } from './layout.js';
import { BlockNote, Legend } from './legend.js';
import { lookOf, scaleTop } from './look.js';
import { usePointer } from './pointer.js';
import { Readout, Tooltip } from './readout.js';
import type { Stage } from './stage.js';
import { Tools } from './tools.js';
import { useZoom } from './zoom.js';

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
  const cursor: Stage['cursor'] = useSignal(null);
  const hover: Stage['hover'] = useSignal(null);
  const { width, height } = useBoxSize(box).value;
  const { zoom } = heatmapView.value;
  const { whole } = overview;
  const theme = themeChanges.value;
  // Another theme has other colours.
  const look = useMemo(() => lookOf(scaleTop(whole.largest)), [whole.largest, theme]);
  const layout = useMemo(
    () =>
      layoutOf({
        ...{ rows: whole.rows, columns: whole.columns, width, height, zoom },
        rowLabel: widest(whole.longest.rows, look.font),
        columnLabel: widest(whole.longest.columns, look.font),
      }),
    [whole, look, width, height, zoom],
  );
  const stage: Stage = { box, width, layout, cursor, hover };
  // Before it is drawn, a zoom has scrolled to where it was asked for.
  const zoomAbout = useZoom(stage);
  const { draw, block, read, readAt } = useDrawing(stage, { canvas, rows, overview, look });
  const pointer = usePointer(stage, zoomAbout);
  const { moveTo, onKeyDown } = keyboardOf(stage, block.value, zoomAbout);

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
          {...pointer}
        >
          <div
            class="heatmap-size"
            style={{ width: `${layout.width}px`, height: `${layout.height}px` }}
          >
            <canvas ref={canvas} />
          </div>
        </div>
        {hover.value && <Tooltip {...hover.value} width={width} text={readAt(hover.value)} />}
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
        <Readout id="heatmap-reading" text={read.value} />
        {layout.leastZoom < 1 && <BlockNote {...block.value} />}
      </footer>
    </>
  );
}
