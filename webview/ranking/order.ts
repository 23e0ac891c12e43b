import type { View } from '../state.js';
import type { Column } from './columns.js';
import type { Row } from './rows.js';

/** The rows whose name, path or format holds the text, whatever its case. */
export function filterRows(rows: readonly Row[], text: string): Row[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [...rows];
  return rows.filter(row =>
    `${row.name}\n${row.path}\n${row.model?.format ?? ''}`.toLowerCase().includes(wanted),
  );
}

/** The rows in a column's order; those without a value stay at the end, in both directions. */
export function sortRows(
  rows: readonly Row[],
  columns: readonly Column[],
  sort: View['sort'],
): Row[] {
  const column = columns.find(({ id }) => id === sort?.column);
  if (!column || !sort) return [...rows];
  const sign = sort.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const x = column.key(a);
    const y = column.key(b);
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    if (typeof x === 'string' || typeof y === 'string')
      return sign * String(x).localeCompare(String(y), undefined, { numeric: true });
    return sign * (x - y);
  });
}

/** What a click on a header asks for: the column's own direction, then the other one; the rank has one only. */
export function nextSort(column: Column, sort: View['sort']): View['sort'] {
  if (column.id === 'rank') return null;
  if (sort?.column === column.id) return { column: column.id, descending: !sort.descending };
  return { column: column.id, descending: column.descendingFirst };
}

/** Rows as tab-separated text with headers; what would break a line or start a formula is made harmless. */
export function tsv(rows: readonly Row[], columns: readonly Column[]): string {
  const clean = (text: string) =>
    text.replace(/[\t\r\n]+/g, ' ').replace(/^([=@]|[+-](?![\d.]))/, "'$1");
  return [columns.map(column => column.label), ...rows.map(row => columns.map(c => c.text(row)))]
    .map(cells => cells.map(clean).join('\t'))
    .join('\n');
}
