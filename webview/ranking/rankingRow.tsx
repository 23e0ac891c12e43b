import { changeView } from '../state.js';
import { type Column, fixedColumns } from './columns.js';
import type { Footnotes } from './footnotes.js';
import { Instead } from './instead.js';
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
          <Instead row={row} />
        </td>
      )}
    </tr>
  );
}
