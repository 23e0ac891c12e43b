import { useComputed } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Checkbox, Dropdown, TextField } from '../controls.js';
import { count, probability } from '../format.js';
import { t } from '../l10n.js';
import { selectedModel } from '../selection.js';
import { changeHeatmap, type HeatmapView, heatmapView, panel, wholeZoom } from '../state.js';
import './heatmap.css';
import { HeatmapCanvas } from './heatmapCanvas.js';
import { HeatmapTable } from './heatmapTable.js';
import { Instead } from './instead.js';
import { arrivals, heatmapOf, type Loaded } from './source.js';

type Ready = Extract<Loaded, { status: 'ready' }>;

/** Why the selected model scores as it does: P(y|z), source classes by target classes. */
export function Heatmap() {
  const model = selectedModel.value;
  const loaded = useComputed<Loaded | null>(() => {
    arrivals.value;
    const state = panel.value;
    const { top, filter } = heatmapView.value;
    return state && selectedModel.value
      ? heatmapOf(state, { model: selectedModel.value, top, filter })
      : null;
  }).value;
  // Other rows of the same model and run come in a moment: until then those before stay, so that nothing flickers.
  const last = useRef<Ready | null>(null);
  const { rows } = last.current ?? {};
  const same = rows?.model === model && rows?.run === panel.value?.run;
  if (loaded?.status === 'ready') last.current = loaded;
  else if (loaded?.status !== 'loading' || !same) last.current = null;
  const ready = last.current;
  // Another model's heatmap takes the place of the last one until it knows its own height.
  const body = useRef<HTMLDivElement>(null);
  const height = useRef(360);
  useLayoutEffect(() => {
    if (ready && body.current) height.current = body.current.offsetHeight;
  }, [ready]);
  const { confidence } = panel.value?.report?.models.find(({ id }) => id === model) ?? {};
  return (
    <section class="heatmap" aria-labelledby="heatmap-title">
      <header class="section-head">
        <h2 id="heatmap-title">
          {model ? t('P(y|z) of {model}', { model: nameOf(model) }) : t('P(y|z)')}
        </h2>
        {model && <Options classes={ready?.window.whole.sources ?? 0} />}
      </header>
      <p class="quiet help">
        {t(
          'Rows are the source classes z of the model, columns your target classes y. The colours of a row say how the samples that its class fires on are spread over yours; its bar is P(z), its share of all samples.',
        )}
      </p>
      {confidence !== undefined && (
        <p class="quiet help">
          {t('The model gives its likeliest source class a probability of {p} on average.', {
            p: probability(confidence),
          })}
        </p>
      )}
      {ready && ready.window.whole.merged > 0 && (
        <p class="quiet help">
          {t(
            'This file holds the {kept} heaviest source classes one by one; the other {n} are one row together.',
            {
              kept: count(ready.window.whole.sources - 1),
              n: count(ready.window.whole.merged),
            },
          )}
        </p>
      )}
      <div
        class="heatmap-body"
        ref={body}
        style={{ minHeight: ready ? '0' : `${height.current}px` }}
      >
        {ready ? <Shown {...ready} /> : <Instead loaded={loaded} model={model} />}
      </div>
    </section>
  );
}

function Shown({ rows, window }: Ready) {
  if (!window.whole.rows)
    return (
      <p class="instead-of-heatmap">
        {t('No source class matches “{text}”.', { text: rows.filter })}
      </p>
    );
  return heatmapView.value.table ? (
    <HeatmapTable key={JSON.stringify(rows)} model={rows.model} overview={window} />
  ) : (
    <HeatmapCanvas name={nameOf(rows.model)} rows={rows} overview={window} />
  );
}

/** What is shown of the matrix; there already while it loads, so that nothing moves when it comes. */
function Options({ classes }: { classes: number }) {
  const { top, filter, table } = heatmapView.value;
  const all = { value: 'all' as const, text: t('All {n} source classes', { n: count(classes) }) };
  const tops = (['50', '200'] as const)
    .filter(n => Number(n) < classes)
    .map(n => ({ value: n, text: t('Top {n} by P(z)', { n }) }));
  const shown: HeatmapView['top'] = tops.some(({ value }) => value === top) ? top : 'all';
  return (
    <>
      {tops.length > 0 && (
        <Dropdown
          label={t('Source classes shown')}
          value={shown}
          options={[...tops, all]}
          // All of many are looked at as a whole first.
          onChange={value => changeHeatmap({ top: value, zoom: value === 'all' ? wholeZoom : 1 })}
        />
      )}
      <TextField
        class="filter"
        value={filter}
        label={t('Filter source classes')}
        onInput={value => changeHeatmap({ filter: value })}
      />
      <Checkbox checked={table} onChange={value => changeHeatmap({ table: value })}>
        {t('Show as table')}
      </Checkbox>
    </>
  );
}

function nameOf(id: string): string {
  const { report, progress } = panel.value ?? {};
  return (
    report?.models.find(model => model.id === id)?.name ??
    progress?.models.find(model => model.id === id)?.name ??
    id
  );
}
