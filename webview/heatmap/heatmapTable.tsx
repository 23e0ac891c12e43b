import { useComputed, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { HeatmapWindow } from '../../src/protocol/heatmap.js';
import { Button } from '../controls.js';
import { count, images, probability, share } from '../format.js';
import { t } from '../l10n.js';
import { heatmapView, panel } from '../state.js';
import { TableBox } from '../tableBox.js';
import { arrivals, heatmapOf } from './source.js';

/** Rows and columns in the page at once: a table of a thousand by a hundred cells would take seconds. */
const pageSize = { rows: 50, columns: 100 };

/** The same heatmap as a table of numbers, for screen readers and for reading exactly: a page of its cells at a time. */
export function HeatmapTable({ model, overview }: { model: string; overview: HeatmapWindow }) {
  const row = useSignal(0);
  const column = useSignal(0);
  const last = useRef<HeatmapWindow | null>(null);
  const loaded = useComputed(() => {
    arrivals.value;
    const { top, filter } = heatmapView.value;
    const part = {
      rows: [row.value, row.value + pageSize.rows] as [number, number],
      columns: [column.value, column.value + pageSize.columns] as [number, number],
    };
    return panel.value && heatmapOf(panel.value, { model, top, filter, part });
  }).value;
  // The page before stays until the next one is there.
  if (loaded?.status === 'ready') last.current = loaded.window;
  const window = last.current;
  const { whole } = overview;
  return (
    <>
      <nav class="pages" aria-label={t('Pages of the table')}>
        <Pages
          at={row}
          size={pageSize.rows}
          of={whole.rows}
          text={t(
            'Source classes {first} to {last} of {n}',
            pageText(row.value, pageSize.rows, whole.rows),
          )}
          back={t('Source classes before')}
          on={t('Source classes after')}
        />
        <Pages
          at={column}
          size={pageSize.columns}
          of={whole.columns}
          text={t(
            'Target classes {first} to {last} of {n}',
            pageText(column.value, pageSize.columns, whole.columns),
          )}
          back={t('Target classes before')}
          on={t('Target classes after')}
        />
      </nav>
      <TableBox aria-label={t('P(y|z) as a table')} aria-busy={loaded?.status === 'loading'}>
        {window && <Cells window={window} />}
      </TableBox>
    </>
  );
}

function Cells({ window }: { window: HeatmapWindow }) {
  const { rows, columns, largest, images: fired, whole } = window;
  const width = columns.first.length;
  return (
    <table class="matrix" aria-rowcount={whole.rows + 1} aria-colcount={whole.columns + 2}>
      <thead>
        <tr aria-rowindex={1}>
          <th scope="col" class="name" aria-colindex={1}>
            {t('Source class')}
          </th>
          <th scope="col" aria-colindex={2}>
            P(z)
          </th>
          {columns.first.map((name, y) => (
            <th key={columns.from + y} scope="col" aria-colindex={columns.from + y + 3}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.first.map((name, k) => (
          <tr key={rows.from + k} aria-rowindex={rows.from + k + 2}>
            <th scope="row" class="name" aria-colindex={1}>
              {name}
            </th>
            <td aria-colindex={2}>{share(rows.weight[k])}</td>
            {columns.first.map((_, y) => (
              <td
                key={columns.from + y}
                aria-colindex={columns.from + y + 3}
                title={images(fired[k * width + y])}
              >
                {rows.weight[k] > 0 ? probability(largest[k * width + y]) : '–'}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface PagesProps {
  at: { value: number };
  size: number;
  of: number;
  text: string;
  back: string;
  on: string;
}

/** Which page is shown of several, and the way to the others. */
function Pages({ at, size, of, text, back, on }: PagesProps) {
  if (of <= size) return null;
  const last = Math.floor((of - 1) / size) * size;
  const to = (value: number) => () => {
    at.value = Math.max(0, Math.min(last, value));
  };
  return (
    <span class="pages-of">
      <Button secondary label={back} onPress={to(at.value - size)}>
        ‹
      </Button>
      <span role="status">{text}</span>
      <Button secondary label={on} onPress={to(at.value + size)}>
        ›
      </Button>
    </span>
  );
}

function pageText(at: number, size: number, of: number) {
  return { first: count(at + 1), last: count(Math.min(at + size, of)), n: count(of) };
}
