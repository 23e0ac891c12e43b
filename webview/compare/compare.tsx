import { useComputed } from '@preact/signals';
import type { Report } from '../../src/report/schema.js';
import { Button, ProgressRing } from '../controls.js';
import type { Matrix } from '../heatmap/matrix.js';
import { arrivals, heatmapOf, type Loaded } from '../heatmap/source.js';
import { t } from '../l10n.js';
import { changeView, panel, view } from '../state.js';
import { AgreementMatrix } from './agreement.js';
import './compare.css';
import { Differences } from './differences.js';
import { Scatter } from './scatter.js';
import { SmallHeatmap } from './smallHeatmap.js';

/** Two to four models beside each other, and the measures beside each other. */
export function Compare() {
  const report = panel.value?.report;
  const scored = report?.models.filter(({ status }) => status === 'scored') ?? [];
  if (!report || scored.length < 2) return null;
  const compared = view.value.compare.filter(id => scored.some(model => model.id === id));
  const measures = [
    ...new Set([report.ranking.by, ...scored.flatMap(({ scores }) => Object.keys(scores))]),
  ].filter(id => scored.some(({ scores }) => scores[id]?.value != null));
  return (
    <section class="comparison" aria-labelledby="compare-title">
      <header class="section-head">
        <h2 id="compare-title">{t('Compare')}</h2>
        {compared.length > 0 && (
          <Button secondary onPress={() => changeView({ compare: [] })}>
            {t('Untick all')}
          </Button>
        )}
      </header>
      {compared.length < 2 ? (
        <p class="quiet help">
          {t(
            'Tick two to four models in the ranking (or press C on a row) to see their heatmaps side by side and how sure their differences are.',
          )}
        </p>
      ) : (
        <>
          <Differences report={report} ids={compared} />
          <Heatmaps report={report} ids={compared} />
        </>
      )}
      {measures.length > 1 && <Scatter ids={measures} />}
      <AgreementMatrix report={report} />
    </section>
  );
}

function Heatmaps({ report, ids }: { report: Report; ids: readonly string[] }) {
  const loaded = useComputed<Map<string, Loaded>>(() => {
    arrivals.value;
    const state = panel.value;
    return new Map(state ? view.value.compare.map(id => [id, heatmapOf(state, id)]) : []);
  }).value;
  const matrices = ids.flatMap((id): [string, Matrix][] => {
    const found = loaded.get(id);
    return found?.status === 'ready' ? [[id, found.matrix]] : [];
  });
  const largest = Math.max(0, ...matrices.map(([, matrix]) => matrix.largest));
  const name = (id: string) => report.models.find(model => model.id === id)?.name ?? id;
  return (
    <div class="side-by-side">
      {ids.map(id => {
        const matrix = matrices.find(([other]) => other === id)?.[1];
        if (matrix)
          return (
            <SmallHeatmap key={id} id={id} name={name(id)} matrix={matrix} largest={largest} />
          );
        return (
          <p key={id} class="instead-of-heatmap">
            {loaded.get(id)?.status === 'loading' && <ProgressRing />} {name(id)}
          </p>
        );
      })}
    </div>
  );
}
