import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { Checkbox, Dropdown, ProgressRing, TextField } from '../controls.js';
import { count } from '../format.js';
import { noticeText, t } from '../l10n.js';
import { selectedModel } from '../selection.js';
import { changeHeatmap, type HeatmapView, heatmapView, panel } from '../state.js';
import './heatmap.css';
import { HeatmapCanvas } from './heatmapCanvas.js';
import { HeatmapTable } from './heatmapTable.js';
import { type Matrix, shownSources } from './matrix.js';
import { arrivals, heatmapOf, type Loaded } from './source.js';

/** Why the selected model scores as it does: P(y|z), source classes by target classes. */
export function Heatmap() {
  const model = selectedModel.value;
  const loaded = useComputed<Loaded | null>(() => {
    arrivals.value;
    const state = panel.value;
    return state && selectedModel.value ? heatmapOf(state, selectedModel.value) : null;
  }).value;
  return (
    <section class="heatmap" aria-labelledby="heatmap-title">
      <header class="section-head">
        <h2 id="heatmap-title">
          {model ? t('P(y|z) of {model}', { model: nameOf(model) }) : t('P(y|z)')}
        </h2>
        {model && <Options matrix={loaded?.status === 'ready' ? loaded.matrix : null} />}
      </header>
      <p class="quiet help">
        {t(
          'Rows are the source classes z of the model, columns your target classes y. The colours of a row say how the images that its class fires on are spread over yours; its bar is P(z), its share of all images.',
        )}
      </p>
      <div class="heatmap-body">{body(loaded, model)}</div>
    </section>
  );
}

function body(loaded: Loaded | null, model: string | null) {
  if (loaded?.status === 'ready') return <Shown matrix={loaded.matrix} />;
  if (loaded?.status === 'loading')
    return (
      <p class="instead-of-heatmap">
        <ProgressRing /> {t('Loading the heatmap…')}
      </p>
    );
  if (loaded?.status === 'failed')
    return <p class="instead-of-heatmap">{noticeText(loaded.notice)}</p>;
  const models = panel.value?.report?.models ?? [];
  const failed = models.some(({ id, status }) => id === model && status === 'failed');
  const own = models.find(({ id, status }) => id === model && status === 'scored');
  if (own && own.sourceClasses === null)
    return (
      <p class="instead-of-heatmap">
        {t('This model gives features and no class outputs, so there is no heatmap.')}
      </p>
    );
  const anyScored = models.some(({ status }) => status === 'scored');
  return (
    <p class="instead-of-heatmap">
      {failed
        ? t('This model could not be scored, so there is no heatmap. Its row says why.')
        : panel.value?.status === 'running' || !anyScored
          ? t('The heatmap appears when the first model is scored.')
          : t('The heatmap of this model is not stored. Run again to see it.')}
    </p>
  );
}

function Shown({ matrix }: { matrix: Matrix }) {
  const { top, filter, table } = heatmapView.value;
  const sources = useMemo(() => shownSources(matrix, { top, filter }), [matrix, top, filter]);
  if (!sources.length)
    return (
      <p class="instead-of-heatmap">{t('No source class matches “{text}”.', { text: filter })}</p>
    );
  const key = `${top} ${filter} ${selectedModel.value}`;
  return table ? (
    <HeatmapTable key={key} matrix={matrix} sources={sources} />
  ) : (
    <HeatmapCanvas name={nameOf(selectedModel.value ?? '')} matrix={matrix} sources={sources} />
  );
}

/** What is shown of the matrix; there already while it loads, so that nothing moves when it comes. */
function Options({ matrix }: { matrix: Matrix | null }) {
  const { top, filter, table } = heatmapView.value;
  const classes = matrix?.sourceClasses.length ?? 0;
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
          onChange={value => changeHeatmap({ top: value })}
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
