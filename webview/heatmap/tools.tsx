import { Button } from '../controls.js';
import { Exports } from '../exports.js';
import { t } from '../l10n.js';
import { csvOf, saveCanvas, saveText } from '../save.js';
import { changeHeatmap, heatmapView } from '../state.js';
import { cellsOf, type Matrix } from './matrix.js';

interface Props {
  name: string;
  matrix: Matrix;
  sources: readonly number[];
  canvas: () => HTMLCanvasElement | null;
}

/** Zoom by buttons, and the heatmap as files: the picture as it is seen, the numbers of all rows on show. */
export function Tools({ name, matrix, sources, canvas }: Props) {
  return (
    <span class="heatmap-tools">
      <Button secondary label={t('Zoom out')} onPress={() => zoomBy(0.8)}>
        −
      </Button>
      <Button secondary label={t('1:1, usual size')} onPress={() => changeHeatmap({ zoom: 1 })}>
        1:1
      </Button>
      <Button secondary label={t('Zoom in')} onPress={() => zoomBy(1.25)}>
        +
      </Button>
      <Exports
        what={t('P(y|z) of {model}', { model: name })}
        png={() => {
          const drawn = canvas();
          if (drawn) saveCanvas(`${name}-heatmap.png`, drawn);
        }}
        csv={() => saveText(`${name}-heatmap.csv`, csvOf(cellsOf(matrix, sources)))}
      />
    </span>
  );
}

/** Zooms the heatmap, from all rows at a glance to large cells. */
export function zoomBy(factor: number): void {
  const { zoom } = heatmapView.value;
  changeHeatmap({ zoom: Math.max(0.02, Math.min(8, zoom * factor)) });
}
