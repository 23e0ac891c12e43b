import { computed, signal } from '@preact/signals';
import { panel, view } from '../state.js';
import { type Column, columnsOf, fixedColumns } from './columns.js';
import { filterRows, sortRows } from './order.js';
import { type Row, rowsOf } from './rows.js';

/** All columns that there are. */
export const allColumns = computed<Column[]>(() => (panel.value ? columnsOf(panel.value) : []));

/** Whether the page is too narrow for the columns up to the headline score. */
const tight = matchMedia('(max-width: 800px)');
const narrow = signal(tight.matches);
tight.addEventListener('change', () => {
  narrow.value = tight.matches;
});

/** The columns that the user wants to see; in a narrow page the headline score comes first, so that it is in view. */
export const columns = computed<Column[]>(() => {
  const hidden = new Set(view.value.hidden.filter(id => !fixedColumns.includes(id)));
  const wanted = allColumns.value.filter(({ id }) => !hidden.has(id));
  if (!narrow.value) return wanted;
  const first = wanted.filter(({ id, kind }) => fixedColumns.includes(id) || kind === 'headline');
  return [...first, ...wanted.filter(column => !first.includes(column))];
});

/** All models of the run. */
export const allRows = computed<Row[]>(() => (panel.value ? rowsOf(panel.value) : []));

const filter = computed(() => view.value.filter);
const sort = computed(() => view.value.sort);

/** The models that the filter leaves: those of the table and of the charts. */
export const filteredRows = computed<Row[]>(() => filterRows(allRows.value, filter.value));

/** The same in the order of the table. */
export const rows = computed<Row[]>(() =>
  sortRows(filteredRows.value, allColumns.value, sort.value),
);
