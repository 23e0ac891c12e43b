import { useComputed } from '@preact/signals';
import type { HeatmapWindow } from '../../src/protocol/heatmap.js';
import type { Report } from '../../src/report/schema.js';
import { Button, ProgressRing } from '../controls.js';
import { arrivals, heatmapOf, type Loaded } from '../heatmap/source.js';
import { t } from '../l10n.js';
import { changeView, panel, view } from '../state.js';
import { AgreementMatrix } from './agreement.js';
import './compare.css';
import { Differences } from './differences.js';
import { Scatter } from './scatter.js';
import { SmallHeatmap } from './smallHeatmap.js';

/** What is compared of each: its heaviest source classes, in no more blocks than a small picture shows. */
const compared = { top: '50', filter: '', cells: 12_800 } as const;

/** Two to four models beside each other, and the measures beside each other. */
export function Compare() {
  const report = panel.value?.report;
  const scored = report?.models.filter(({ status }) => status === 'scored') ?? [];
  if (!report || scored.length < 2) return null;
  const chosen = view.value.compare.filter(id => scored.some(model => model.id === id));
  const measures = [
    ...new Set([report.ranking.by, ...scored.flatMap(({ scores }) => Object.keys(scores))]),
  ].filter(id => scored.some(({ scores }) => scores[id]?.value != null));
  return (
    <section class="comparison" aria-labelledby="compare-title">
      <header class="section-head">
        <h2 id="compare-title">{t('Compare')}</h2>
        {chosen.length > 0 && (
          <Button secondary onPress={() => changeView({ compare: [] })}>
            {t('Untick all')}
          </Button>
        )}
      </header>
      {chosen.length < 2 ? (
        <p class="quiet help">
          {t(
            'Tick two to four models in the ranking (or press C on a row) to see their heatmaps side by side and how sure their differences are.',
          )}
        </p>
      ) : (
        <>
          <Differences report={report} ids={chosen} />
          <Heatmaps report={report} ids={chosen} />
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
    return new Map(
      state
        ? view.value.compare.map(model => [model, heatmapOf(state, { model, ...compared })])
        : [],
    );
  }).value;
  const windows = ids.flatMap((id): [string, HeatmapWindow][] => {
    const found = loaded.get(id);
    return found?.status === 'ready' ? [[id, found.window]] : [];
  });
  const largest = Math.max(0, ...windows.map(([, window]) => window.whole.largest));
  const name = (id: string) => report.models.find(model => model.id === id)?.name ?? id;
  return (
    <div class="side-by-side">
      {ids.map(id => {
        const window = windows.find(([other]) => other === id)?.[1];
        if (window)
          return (
            <SmallHeatmap key={id} id={id} name={name(id)} window={window} largest={largest} />
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
