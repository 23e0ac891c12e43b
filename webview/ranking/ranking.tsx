import { computed, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button, TextField } from '../controls.js';
import { count } from '../format.js';
import { ask } from '../host.js';
import { t } from '../l10n.js';
import { selectedModel } from '../selection.js';
import { changeView, panel, view } from '../state.js';
import { ColumnPicker } from './columnPicker.js';
import { keepFocus, rowElement } from './focus.js';
import { footnotesOf } from './footnotes.js';
import { toggleCompared, toggleStar } from './marks.js';
import { tsv } from './order.js';
import './ranking.css';
import { RankingExports } from './rankingExports.js';
import { RankingRow } from './rankingRow.js';
import type { Row } from './rows.js';
import { allRows, columns, rows } from './shown.js';
import { Header, Notes, Space } from './tableParts.js';
import { mostWhole, rowHeight, useRowWindow } from './window.js';

const footnotes = computed(() => footnotesOf(panel.value?.report ?? null));

/** The ranking: a table of all models of the run, whatever their state. */
export function Ranking() {
  const box = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLTableElement>(null);
  const said = useSignal('');
  const cursor = useSignal<string | null>(null);
  const wanted = useRef<string | null>(null);
  const { first, end, most, reveal, toStart } = useRowWindow(box, rows.value.length);
  keepFocus(table);
  useLayoutEffect(() => {
    const id = wanted.current;
    if (id === null) return;
    wanted.current = null;
    rowElement(table.current, id)?.focus({ preventScroll: rows.value.length > mostWhole });
  });

  // What a filter or another order finds begins at its first row.
  const { filter, sort } = view.value;
  useLayoutEffect(toStart, [filter, sort]);

  // What was copied was of another run.
  useLayoutEffect(() => {
    said.value = '';
  }, [panel.value?.run]);

  const all = rows.value;
  const shown = all.slice(first, end);
  const notes = footnotes.value;
  const selected = selectedModel.value;
  const tabStop =
    [cursor.value, selected].find(id => shown.some(row => row.id === id)) ?? shown[0]?.id;

  const copy = () => {
    ask(host => host.copy({ text: tsv(rows.value, columns.value) }));
    said.value = t('Copied {n} rows', { n: count(rows.value.length) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Caps Lock makes other letters of the same keys.
    const letter = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && letter === 'c') {
      // What the user selected with the mouse is the browser's to copy.
      if (getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      copy();
      return;
    }
    const row = (event.target as HTMLElement).closest?.('tr[data-id]');
    if (!row || event.target !== row) return;
    const at = all.findIndex(({ id }) => id === row.getAttribute('data-id'));
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 2);
    const to = {
      ...{ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 },
      ...{ PageDown: at + page, PageUp: at - page },
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const next = Math.max(0, Math.min(all.length - 1, to));
      const { id } = all[next];
      cursor.value = id;
      reveal(next);
      // A row that is not in the page yet gets the focus when it is.
      const element = rowElement(table.current, id);
      if (element) element.focus();
      else wanted.current = id;
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      changeView({ model: all[at].id });
    } else if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (letter === 's') toggleStar(all[at]);
    else if (letter === 'c' && all[at].state === 'scored') toggleCompared(all[at].id);
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
        <ColumnPicker />
        <Button secondary onPress={copy} label={t('Copy the table, tab-separated')}>
          {t('Copy')}
        </Button>
        <RankingExports />
        <span class="said" role="status">
          {said.value}
        </span>
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys are those of the rows inside */}
      <div
        ref={box}
        class={all.length > mostWhole ? 'table-box long' : 'table-box'}
        onKeyDown={onKeyDown}
      >
        <table
          ref={table}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows that can be selected make it a grid
          role="grid"
          aria-labelledby="ranking-title"
          aria-rowcount={allRows.value.length + 1}
        >
          <colgroup>
            {columns.value.map(column => (
              <col key={column.id} class={`${column.kind} ${column.id}`} />
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
            <Space rows={first} columns={columns.value.length} />
            {shown.map((row, i) => (
              <RankingRow
                key={keyOf(row, first + i, most)}
                row={row}
                columns={columns.value}
                notes={notes}
                selected={row.id === selected}
                tabStop={row.id === tabStop}
                byRank={view.value.sort === null}
                index={first + i + 2}
                tierStart={all[first + i - 1]?.rank?.tier !== row.rank?.tier}
                tierEnd={all[first + i + 1]?.rank?.tier !== row.rank?.tier}
                onFocus={() => {
                  cursor.value = row.id;
                }}
              />
            ))}
            <Space rows={all.length - end} columns={columns.value.length} />
            {!all.length && (
              <tr>
                <td class="nothing" colSpan={columns.value.length}>
                  {view.value.filter
                    ? t('No model matches “{text}”.', { text: view.value.filter })
                    : panel.value?.status === 'running'
                      ? t('Looking for models…')
                      : t('No model was scored.')}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      <Notes notes={notes} />
    </section>
  );
}

/**
 * In a long list a row takes the elements of one that leaves: to drop and to make a thousand takes longer than a frame. So it does where a
 * filter leaves only some of them.
 */
function keyOf(row: Row, at: number, most: number): string {
  if (allRows.value.length <= mostWhole) return row.id;
  return `place ${rows.value.length > mostWhole ? at % most : at}`;
}
