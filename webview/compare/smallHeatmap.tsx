import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { HeatmapWindow } from '../../src/protocol/heatmap.js';
import { Button } from '../controls.js';
import { Exports } from '../exports.js';
import { widest } from '../heatmap/labels.js';
import { layoutOf } from '../heatmap/layout.js';
import { lookOf, scaleTop } from '../heatmap/look.js';
import { paint, pictureOf } from '../heatmap/paint.js';
import { headingOf, saveHeatmapCsv } from '../heatmap/tools.js';
import { t } from '../l10n.js';
import { saveHeaded } from '../save.js';
import { changeView, panel, wholeZoom } from '../state.js';
import { themeChanges } from '../theme.js';

const height = 340;

/** One of the heatmaps side by side: all of them have the same target classes across, and one colour scale. */
export function SmallHeatmap(props: {
  id: string;
  name: string;
  window: HeatmapWindow;
  largest: number;
}) {
  const { id, name, window, largest } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  const theme = themeChanges.value;
  const look = useMemo(() => lookOf(scaleTop(largest)), [largest, theme]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      width.value = element.clientWidth;
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element || !width.value) return;
    const { rows, columns, longest } = window.whole;
    const layout = layoutOf({
      ...{ rows, columns, width: width.value, height, zoom: wholeZoom },
      rowLabel: widest(longest.rows, look.font),
      columnLabel: widest(longest.columns, look.font),
    });
    element.style.width = `${width.value}px`;
    element.style.height = `${height}px`;
    const seen = { width: width.value, height, left: 0, top: 0 };
    paint(element, { front: pictureOf(window, look), behind: [], layout, look }, seen, []);
  }, [width.value, window, look]);

  return (
    <figure class="small-heatmap">
      <figcaption>
        <Button
          secondary
          label={t('Show the heatmap of {model} above', { model: name })}
          onPress={() => changeView({ model: id })}
        >
          {name}
        </Button>
        <Exports
          what={t('P(y|z) of {model}', { model: name })}
          png={() =>
            canvas.current &&
            saveHeaded(`${name}-heatmap.png`, canvas.current, headingOf(name, look))
          }
          csv={() => saveHeatmapCsv({ run: panel.value?.run ?? '', model: id }, name)}
        />
      </figcaption>
      <div ref={box}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={t('P(y|z) of {model}: {rows} source classes by {columns} target classes', {
            model: name,
            rows: window.whole.rows,
            columns: window.whole.columns,
          })}
        />
      </div>
    </figure>
  );
}
