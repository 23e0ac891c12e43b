import { changeView, view } from '../state.js';
import type { Column } from './columns.js';
import type { Footnotes } from './footnotes.js';
import { nextSort } from './order.js';
import { rowHeight } from './window.js';

/** The head of a column: a button that sorts by it. */
export function Header({ column }: { column: Column }) {
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
        {column.name ? (
          <>
            <span aria-hidden="true">{column.label}</span>
            <span class="sr-only">{column.name}</span>
          </>
        ) : (
          column.label
        )}
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

/** Empty space in the place of rows that are not in the page. */
export function Space({ rows: count, columns: span }: { rows: number; columns: number }) {
  if (count <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it cannot be focused, it only keeps the place of other rows
    <tr aria-hidden="true" class="space">
      <td colSpan={span} style={{ height: `${count * rowHeight}px` }} />
    </tr>
  );
}

/** Under the table: why some models have no rank, and why some scores are not to be trusted. */
export function Notes({ notes }: { notes: Footnotes }) {
  if (!notes.size) return null;
  return (
    <ol class="notes">
      {[...notes.keys()].map(note => (
        <li key={note}>{note}</li>
      ))}
    </ol>
  );
}
