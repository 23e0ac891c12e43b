import type { ModelReport } from '../../src/report/schema.js';
import { Button } from '../controls.js';
import { count, leading } from '../format.js';
import { ask } from '../host.js';
import { noticeText, t } from '../l10n.js';
import { changeView, mayRun } from '../state.js';
import { type Column, fixedColumns } from './columns.js';
import { CopyScript } from './copyScript.js';
import type { Footnotes } from './footnotes.js';
import { Marks } from './marks.js';
import type { Row } from './rows.js';

interface Props {
  row: Row;
  columns: readonly Column[];
  notes: Footnotes;
  selected: boolean;
  /** The one row that Tab reaches; arrows go on from there. */
  tabStop: boolean;
  /** Whether tie groups stand together, so that they can be drawn as such. */
  byRank: boolean;
  tierStart: boolean;
  tierEnd: boolean;
  /** Place in the whole table, the header being 1. */
  index: number;
  onFocus: () => void;
}

/** One model: its scores, how far it is, or why it failed. */
export function RankingRow(props: Props) {
  const { row, columns, notes, selected } = props;
  const own = row.state === 'scored' ? columns : columns.slice(0, fixedColumns.length);
  const tied = props.byRank && row.rank !== null && row.rank.first !== row.rank.last;
  const classes = [row.state, tied && 'tied'];
  if (props.byRank) classes.push(props.tierStart && 'tier-start', props.tierEnd && 'tier-end');
  return (
    <tr
      data-id={row.id}
      class={classes.filter(Boolean).join(' ')}
      tabIndex={props.tabStop ? 0 : -1}
      aria-selected={selected}
      aria-rowindex={props.index}
      onClick={() => changeView({ model: row.id })}
      onFocus={props.onFocus}
    >
      {own.map(column =>
        column.kind === 'name' ? (
          <th key={column.id} scope="row" class={column.kind}>
            {column.cell(row, notes)}
          </th>
        ) : (
          <td key={column.id} class={column.kind} aria-label={column.spoken?.(row)}>
            {column.kind === 'marks' ? (
              <Marks row={row} tabStop={props.tabStop} />
            ) : (
              column.cell(row, notes)
            )}
          </td>
        ),
      )}
      {row.state !== 'scored' && columns.length > own.length && (
        <td class="instead" colSpan={columns.length - own.length}>
          <div class="instead-box">
            {row.state === 'failed' ? <Failure row={row} /> : <Live row={row} />}
          </div>
        </td>
      )}
    </tr>
  );
}

function Failure({ row }: { row: Row }) {
  const reason = row.model?.reason;
  return (
    <>
      <span class="failure-mark" aria-hidden="true">
        ✕
      </span>
      <span class="reason">
        {reason ? noticeText(reason) : t('Failed. The log has the details.')}
      </span>
      {reason?.params?.snippet !== undefined && <CopyScript reason={reason} model={row.name} />}
      {mayRun.value && !hopeless(reason) && (
        <Button
          secondary
          class="small"
          label={t('Retry {model}', { model: row.name })}
          onPress={() => ask(host => host.retry(null))}
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
