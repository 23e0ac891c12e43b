import type { ModelReport } from '../../src/report/schema.js';
import { Button } from '../controls.js';
import { count, leading } from '../format.js';
import { ask } from '../host.js';
import { noticeText, t } from '../l10n.js';
import { mayRun, panel } from '../state.js';
import { CopyScript } from './copyScript.js';
import type { Row } from './rows.js';
import './instead.css';

/** What stands in place of a model's scores: how far it is, or why it failed and what can be done. */
export function Instead({ row }: { row: Row }) {
  return (
    <div class="instead-box">
      {row.state === 'failed' ? <Failure row={row} /> : <Live row={row} />}
    </div>
  );
}

function Failure({ row }: { row: Row }) {
  const reason = row.model?.reason;
  // A run that stopped before its end goes on as a whole.
  const offered = mayRun.value && panel.value?.status === 'done' && !hopeless(reason);
  return (
    <>
      <span class="failure-mark" aria-hidden="true">
        ✕
      </span>
      <span class="reason">
        {reason ? noticeText(reason) : t('Failed. The log has the details.')}
      </span>
      {reason?.params?.snippet !== undefined && <CopyScript reason={reason} model={row.name} />}
      {offered && (
        <Button
          secondary
          class="small"
          label={t('Retry {model}', { model: row.name })}
          onPress={() => ask(host => host.retry({ model: row.id }))}
        >
          {t('Retry')}
        </Button>
      )}
    </>
  );
}

/** What another try of the same would not change. */
function hopeless(reason: ModelReport['reason']): boolean {
  return reason?.params?.snippet !== undefined || reason?.code === 'model.otherContent';
}

function Live({ row }: { row: Row }) {
  const { progress } = row;
  if (row.state === 'notRun' || !progress) return <span class="quiet">{t('Not scored')}</span>;
  const { done, total, imagesPerSecond } = progress;
  const words = {
    waiting: t('Waiting'),
    loading: t('Loading…'),
    running: t('{done} of {total}', { done: count(done), total: count(total) }),
    scoring: t('Scoring…'),
    scored: t('Scoring…'),
    failed: '',
  }[progress.state];
  return (
    <>
      <progress
        max={Math.max(1, total)}
        value={done}
        aria-label={t('Progress of {model}', { model: row.name })}
      />
      <span class={progress.state === 'waiting' ? 'quiet' : undefined}>{words}</span>
      {progress.state === 'running' && imagesPerSecond !== null && (
        <span class="quiet speed">{t('{n} samples/s', { n: leading(imagesPerSecond) })}</span>
      )}
    </>
  );
}
