import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { Button } from '../controls.js';
import { Exports } from '../exports.js';
import { layoutOf } from '../heatmap/layout.js';
import { lookOf } from '../heatmap/look.js';
import { cellsOf, type Matrix, scaleTop, shownSources } from '../heatmap/matrix.js';
import { bitmapOf, paint, widest } from '../heatmap/paint.js';
import { t } from '../l10n.js';
import { csvOf, saveCanvas, saveText } from '../save.js';
import { changeView } from '../state.js';
import { themeChanges } from '../theme.js';

const height = 340;

/** One of the heatmaps side by side: all of them have the same target classes across, and one colour scale. */
export function SmallHeatmap(props: { id: string; name: string; matrix: Matrix; largest: number }) {
  const { id, name, matrix, largest } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  const theme = themeChanges.value;
  const look = useMemo(() => lookOf(scaleTop(largest)), [largest, theme]);
  const sources = useMemo(() => shownSources(matrix, { top: '50', filter: '' }), [matrix]);

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
    const names = sources.map(z => matrix.sourceClasses[z]);
    const layout = layoutOf({
      rows: sources.length,
      columns: matrix.targetClasses.length,
      width: width.value,
      height,
      rowLabel: widest(names, look.font),
      columnLabel: widest(matrix.targetClasses, look.font),
      // Below one: rows are made as low as it takes for all of them to fit.
      zoom: 0.1,
    });
    const pool = Math.max(1, Math.ceil(1 / (layout.cellHeight * (devicePixelRatio || 1))));
    element.style.width = `${width.value}px`;
    element.style.height = `${height}px`;
    const bitmap = bitmapOf(matrix, sources, look, pool);
    const seen = { width: width.value, height, left: 0, top: 0 };
    paint(element, { matrix, sources, layout, look, bitmap }, seen, []);
  }, [width.value, matrix, sources, look]);

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
          png={() => canvas.current && saveCanvas(`${name}-heatmap.png`, canvas.current)}
          csv={() => saveText(`${name}-heatmap.csv`, csvOf(cellsOf(matrix, sources)))}
        />
      </figcaption>
      <div ref={box}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={t('P(y|z) of {model}: {rows} source classes by {columns} target classes', {
            model: name,
            rows: sources.length,
            columns: matrix.targetClasses.length,
          })}
        />
      </div>
    </figure>
  );
}
