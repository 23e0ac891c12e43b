import { useComputed, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button, TextField } from '../controls.js';
import { count } from '../format.js';
import { ask } from '../host.js';
import { t, translated } from '../l10n.js';
import { selectedModel } from '../selection.js';
import { changeView, panel, view } from '../state.js';
import { type Column, columnsOf } from './columns.js';
import { footnotesOf } from './footnotes.js';
import { filterRows, nextSort, sortRows, tsv } from './order.js';
import './ranking.css';
import { RankingRow } from './rankingRow.js';
import { rowsOf } from './rows.js';

/** Rows that are drawn at once; more are one click away. */
const pageSize = 200;

/** The ranking: a table of all models of the run, whatever their state. */
export function Ranking() {
  const columns = useComputed(() => (panel.value ? columnsOf(panel.value) : []));
  const all = useComputed(() => (panel.value ? rowsOf(panel.value) : []));
  const rows = useComputed(() =>
    sortRows(filterRows(all.value, view.value.filter), columns.value, view.value.sort),
  );
  const limit = useSignal(pageSize);
  const said = useSignal('');
  const table = useRef<HTMLTableElement>(null);
  const cursor = useSignal<string | null>(null);
  keepFocus(table);

  const shown = rows.value.slice(0, limit.value);
  const notes = footnotesOf(panel.value?.report ?? null);
  const selected = selectedModel.value;
  const tabStop =
    [cursor.value, selected].find(id => shown.some(row => row.id === id)) ?? shown[0]?.id;

  const copy = () => {
    ask(host => host.copy({ text: tsv(rows.value, columns.value) }));
    said.value = t('Copied {n} rows', { n: count(rows.value.length) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'c') {
      // What the user selected with the mouse is the browser's to copy.
      if (getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      copy();
      return;
    }
    const row = (event.target as HTMLElement).closest?.('tr[data-id]');
    if (!row || event.target !== row) return;
    const at = shown.findIndex(({ id }) => id === row.getAttribute('data-id'));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const next = shown[Math.max(0, Math.min(shown.length - 1, to))];
      cursor.value = next.id;
      table.current?.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(next.id)}"]`)?.focus();
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      changeView({ model: shown[at].id });
    }
  };

  return (
    <section class="ranking" aria-labelledby="ranking-title">
      <header class="section-head">
        <h2 id="ranking-title">{t('Ranking')}</h2>
        <TextField
          class="filter"
          value={view.value.filter}
          label={t('Filter models')}
          onInput={filter => changeView({ filter })}
        />
        <Button secondary onPress={copy} label={t('Copy the table, tab-separated')}>
          {t('Copy')}
        </Button>
        <span class="said" role="status">
          {said.value}
        </span>
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys are those of the rows inside */}
      <div class="table-box" onKeyDown={onKeyDown}>
        <table
          ref={table}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows that can be selected make it a grid
          role="grid"
          aria-labelledby="ranking-title"
          aria-rowcount={all.value.length + 1}
        >
          <colgroup>
            {columns.value.map(column => (
              <col key={column.id} class={column.kind} />
            ))}
          </colgroup>
          <thead>
            <tr>
              {columns.value.map(column => (
                <Header key={column.id} column={column} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, i) => (
              <RankingRow
                key={row.id}
                row={row}
                columns={columns.value}
                notes={notes}
                selected={row.id === selected}
                tabStop={row.id === tabStop}
                byRank={view.value.sort === null}
                tierStart={shown[i - 1]?.rank?.tier !== row.rank?.tier}
                tierEnd={shown[i + 1]?.rank?.tier !== row.rank?.tier}
                onFocus={() => {
                  cursor.value = row.id;
                }}
              />
            ))}
            {!shown.length && (
              <tr>
                <td class="nothing" colSpan={columns.value.length}>
                  {view.value.filter
                    ? t('No model matches “{text}”.', { text: view.value.filter })
                    : t('Looking for models…')}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {rows.value.length > shown.length && (
        <p class="more">
          <Button
            secondary
            onPress={() => {
              limit.value = Number.POSITIVE_INFINITY;
            }}
          >
            {t('Show all {n} models', { n: count(rows.value.length) })}
          </Button>
        </p>
      )}
      <Notes rows={all.value.filter(row => row.unranked)} notes={notes} />
    </section>
  );
}

function Header({ column }: { column: Column }) {
  const { sort } = view.value;
  const sorted =
    column.id === (sort?.column ?? 'rank')
      ? sort?.descending
        ? 'descending'
        : 'ascending'
      : undefined;
  return (
    <th scope="col" class={column.kind} aria-sort={sorted}>
      <button
        type="button"
        title={column.hint}
        onClick={() => changeView({ sort: nextSort(column, sort) })}
      >
        {column.label}
        {sorted && (
          <span class="sort-mark" aria-hidden="true">
            {sorted === 'ascending' ? '▲' : '▼'}
          </span>
        )}
      </button>
      {column.under}
    </th>
  );
}

/** Under the table: why some models have no rank, and why some scores are not to be trusted. */
function Notes(props: { rows: ReturnType<typeof rowsOf>; notes: ReturnType<typeof footnotesOf> }) {
  if (!props.rows.length && !props.notes.size) return null;
  return (
    <div class="notes">
      {props.rows.length > 0 && (
        <>
          <h3>{t('Not ranked')}</h3>
          <ul>
            {props.rows.map(row => (
              <li key={row.id}>
                {t('{model}: {reason}', {
                  model: row.name,
                  reason: translated(row.unranked ?? ''),
                })}
              </li>
            ))}
          </ul>
        </>
      )}
      {props.notes.size > 0 && (
        <ol>
          {[...props.notes.keys()].map(note => (
            <li key={note}>{note}</li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** A row that moves while it has the focus would lose it: it gets it back. */
function keepFocus(table: { current: HTMLTableElement | null }): void {
  const { activeElement } = document;
  const focused = table.current?.contains(activeElement) ? (activeElement as HTMLElement) : null;
  useLayoutEffect(() => {
    if (focused?.isConnected && document.activeElement !== focused)
      focused.focus({ preventScroll: true });
  });
}
