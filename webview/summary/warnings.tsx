import type { Warning } from '../../src/report/schema.js';
import { Button } from '../controls.js';
import { count } from '../format.js';
import { ask } from '../host.js';
import { list, noticeText, t } from '../l10n.js';
import { mayRun, panel } from '../state.js';
import './warnings.css';

/** Models that are named one by one beside a warning. */
const mostNames = 3;
/** Warnings that stand above the ranking; those behind them are opened. */
const mostShown = 3;

/** What limits the verdict, each with its reason and its cure. */
export function Warnings() {
  const report = panel.value?.report;
  if (!report?.warnings.length) return null;
  const names = new Map(report.models.map(({ id, name }) => [id, name]));
  /** Whom a warning is about, where its sentence does not say so; of all models, nobody in particular. */
  const about = (warning: Warning) => {
    const scored = report.models.filter(({ status }) => status === 'scored').length;
    const own = warning.models.map(id => names.get(id) ?? id);
    const text = noticeText(warning);
    if (own.length === scored || own.every(name => text.includes(name))) return '';
    const more = own.length - mostNames;
    return list(more > 1 ? [...own.slice(0, mostNames), t('{n} others', { n: count(more) })] : own);
  };
  const item = (warning: Warning, i: number) => (
    <li key={i}>
      <span class="banner-mark" aria-hidden="true">
        !
      </span>
      <span>
        {noticeText(warning)}
        {about(warning) && (
          <span class="quiet"> {t('({models})', { models: about(warning) })}</span>
        )}
        {mayRun.value && <Choice warning={warning} name={names.get(warning.models[0]) ?? ''} />}
      </span>
    </li>
  );
  // One more is as long as the line that would stand for it.
  const shown = report.warnings.length > mostShown + 1 ? mostShown : report.warnings.length;
  const rest = report.warnings.slice(shown);
  return (
    <div class="all-warnings">
      <ul class="warnings" aria-label={t('Warnings')}>
        {report.warnings.slice(0, shown).map(item)}
      </ul>
      {rest.length > 0 && (
        <details>
          <summary>{t('{n} more warnings', { n: count(rest.length) })}</summary>
          <ul class="warnings" aria-label={t('More warnings')}>
            {rest.map(item)}
          </ul>
        </details>
      )}
    </div>
  );
}

/** The button that settles otherwise what a warning says was taken for granted. @param name of the model that it is about */
function Choice({ warning, name }: { warning: Warning; name: string }) {
  switch (warning.code) {
    case 'model.outputChosen':
      return (
        <span class="warning-action">
          <Button
            secondary
            label={t('Choose the output of {model}', { model: name })}
            onPress={() => ask(host => host.chooseOutput({ model: warning.models[0] }))}
          >
            {t('Choose Output…')}
          </Button>
        </span>
      );
    case 'preprocess.assumed':
    case 'preprocess.assumedSize':
      return (
        <span class="warning-action">
          <Button
            secondary
            label={t('Correct the preprocessing of {model}', { model: name })}
            onPress={() => ask(host => host.editPreprocessing({ model: warning.models[0] }))}
          >
            {t('Correct…')}
          </Button>
        </span>
      );
    case 'dataset.pixelRange':
      return (
        <span class="warning-action">
          <Button secondary onPress={() => ask(host => host.choosePixelRange(null))}>
            {t('Choose Black and White…')}
          </Button>
        </span>
      );
    default:
      return null;
  }
}
