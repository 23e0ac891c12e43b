import type { HeatmapRows } from '../../src/protocol/heatmap.js';
import { Button } from '../controls.js';
import { Exports } from '../exports.js';
import { count } from '../format.js';
import { ask, fetchHeatmap } from '../host.js';
import { t } from '../l10n.js';
import { type Heading, saveHeaded } from '../save.js';
import { changeHeatmap, panel, wholeZoom } from '../state.js';
import { widest } from './labels.js';
import { type Layout, layoutOf } from './layout.js';
import { paint, pictureOf } from './paint.js';
import type { Look } from './scene.js';
import { everything } from './source.js';
import { zoomStep } from './zoom.js';

interface Props {
  name: string;
  rows: HeatmapRows;
  layout: Layout;
  look: Look;
  onZoom: (factor: number) => void;
  canvas: () => HTMLCanvasElement | null;
}

/** Zoom by buttons, and the heatmap as files: the picture as it is seen and of all rows, the numbers of all source classes. */
export function Tools({ name, rows, layout, look, onZoom, canvas }: Props) {
  const what = t('P(y|z) of {model}', { model: name });
  return (
    <span class="heatmap-tools">
      <Button secondary label={t('Zoom out')} onPress={() => onZoom(1 / zoomStep)}>
        −
      </Button>
      <Button secondary label={t('1:1, usual size')} onPress={() => changeHeatmap({ zoom: 1 })}>
        1:1
      </Button>
      <Button secondary label={t('Zoom in')} onPress={() => onZoom(zoomStep)}>
        +
      </Button>
      {layout.leastZoom < 1 && (
        <Button
          secondary
          label={t('All rows and columns at a glance')}
          onPress={() => changeHeatmap({ zoom: wholeZoom })}
        >
          {t('All')}
        </Button>
      )}
      <Exports
        what={what}
        png={() => {
          const drawn = canvas();
          if (drawn) saveHeaded(`${name}-heatmap.png`, drawn, headingOf(name, look));
        }}
        csv={() => saveHeatmapCsv(rows, name)}
      />
      {layout.leastZoom < 1 && (
        <Button
          secondary
          label={t('Save “{what}” as PNG of all rows and columns', { what })}
          onPress={() => ask(() => saveWhole(name, rows, look))}
        >
          {t('PNG of all')}
        </Button>
      )}
    </span>
  );
}

/** Has the editor write the numbers of all source classes: they are never in the page. */
export function saveHeatmapCsv(
  { run, model }: Pick<HeatmapRows, 'run' | 'model'>,
  name: string,
): void {
  ask(async host => void (await host.saveHeatmap({ run, model, name: `${name}-heatmap.csv` })));
}

/** What a picture of a model's heatmap is headed with. */
export function headingOf(name: string, look: Look): Heading {
  const { dataset } = panel.value?.report ?? {};
  const title = t('P(y|z) of {model}', { model: name });
  const subtitle = t(
    '{dataset}, {n} samples; rows are source classes z, columns target classes y',
    {
      ...{ dataset: dataset?.name ?? '', n: count(dataset?.scored ?? 0) },
    },
  );
  return { title, subtitle, look };
}

/** Size of a picture of the whole, CSS pixels at most, and the cells that are fetched for it. */
const picture = { width: 2400, height: 3000, cells: 500_000 };

/** Draws all rows and columns, in blocks where they are more than the picture can show, and saves that. */
async function saveWhole(name: string, rows: HeatmapRows, look: Look): Promise<void> {
  const { width, height, cells } = picture;
  const window = await fetchHeatmap({ ...rows, ...everything, cells });
  if (!window) return;
  const { whole } = window;
  const layout = layoutOf({
    ...{ rows: whole.rows, columns: whole.columns, width, height, zoom: wholeZoom },
    rowLabel: widest(whole.longest.rows, look.font),
    columnLabel: widest(whole.longest.columns, look.font),
  });
  const canvas = document.createElement('canvas');
  const box = { width: layout.width, height: layout.height, left: 0, top: 0 };
  paint(canvas, { front: pictureOf(window, look), behind: [], layout, look }, box, [], 1);
  saveHeaded(`${name}-heatmap-all.png`, canvas, headingOf(name, look), 1);
}
