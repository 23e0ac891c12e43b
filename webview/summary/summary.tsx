import { Again } from '../again.js';
import { Button, ProgressRing } from '../controls.js';
import { count, duration } from '../format.js';
import { ask } from '../host.js';
import { t } from '../l10n.js';
import { mayRun, panel, secondsForAll } from '../state.js';
import { NextStep } from './nextStep.js';
import './summary.css';
import { verdictOf } from './verdict.js';

/** The verdict, what it rests on, and what can be done about it. */
export function Summary() {
  const state = panel.value;
  if (!state) return null;
  const { headline, detail } = verdictOf(state);
  return (
    <section class={`summary ${state.status}`} aria-label={t('Verdict')}>
      <div class="summary-words">
        {/* Not the detail: a screen reader would read out every second that is left. */}
        <div role="status">
          <h1>
            {state.status === 'running' && <ProgressRing />}
            {headline}
          </h1>
        </div>
        <p class="detail">{detail}</p>
      </div>
      <div class="actions">
        <Actions />
      </div>
      <Sample />
      <NextStep />
    </section>
  );
}

function Actions() {
  const state = panel.value;
  if (state?.status === 'running')
    return (
      <Button secondary onPress={() => ask(host => host.cancel(null))}>
        {t('Cancel')}
      </Button>
    );
  return (
    <>
      {/* The banner over stale scores has this button already. */}
      {!state?.stale.length && <Again secondary={state?.status === 'done'} />}
      {state?.report?.models.some(model => model.status === 'scored') && !state.readOnly && (
        <Button secondary onPress={() => ask(host => host.exportReport(null))}>
          {t('Export…')}
        </Button>
      )}
      {state?.status === 'failed' && (
        <Button secondary onPress={() => ask(host => host.showLog(null))}>
          {t('Show Log')}
        </Button>
      )}
    </>
  );
}

/** How much of the data the scores rest on, and what all of it would cost. */
function Sample() {
  const state = panel.value;
  const dataset = state?.report?.dataset;
  const scored = dataset?.scored ?? state?.progress?.scored;
  const available = dataset?.available ?? state?.progress?.available ?? dataset?.size;
  // The line keeps its place while nothing is known yet.
  if (!scored || !available) return <p class="sample">{'\u00a0'}</p>;
  const numbers = { scored: count(scored), available: count(available) };
  const words =
    state?.status === 'running' || !state?.report?.models.some(m => m.status === 'scored')
      ? scored < available
        ? t('A sample of {scored} of {available} samples', numbers)
        : t('All {available} samples', numbers)
      : scored < available
        ? t('Scored {scored} of {available} samples', numbers)
        : t('Scored all {available} samples', numbers);
  // All of a split is not all of the data.
  const split =
    dataset && dataset.split !== 'all' && available < dataset.size
      ? t('split “{split}” of {size}', { split: dataset.split, size: count(dataset.size) })
      : '';
  const cost = secondsForAll.value;
  return (
    <p class="sample">
      {[dataset?.name ?? state?.progress?.dataset, words, split].filter(Boolean).join(' · ')}
      {scored < available && mayRun.value && (
        <>
          {' · '}
          <button type="button" class="link" onClick={() => ask(host => host.useAll(null))}>
            {cost === null ? t('Use all') : t('Use all (about {time})', { time: duration(cost) })}
          </button>
        </>
      )}
    </p>
  );
}
