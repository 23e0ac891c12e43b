import type { AskedRole, DatasetColumns } from '../../protocol/datasetColumns.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import { chooseRoles, likelyRoles, mayBeImages, mayBeTexts } from './columns.js';
import { headOf } from './dataset.js';
import { type Cell, keyColumn, type TableSource, textOf } from './source.js';

/** Values and letters of a column that are shown. */
const mostValues = 3;
const mostLetters = 24;

/** What the columns of a table can be, by their first records; any may be the label, but images and the names of samples. Closes it. */
export async function columnsOfTable(
  table: TableSource,
  options: DatasetOptions,
): Promise<DatasetColumns> {
  try {
    const head = await headOf(table);
    const columns = table.columns.flatMap((name, c) => {
      if (name === keyColumn) return [];
      const roles: AskedRole[] = mayBeImages(head, c) ? ['image'] : ['label'];
      // Paths without an ending look like texts.
      if (roles[0] === 'label' && mayBeTexts(head, c)) roles.push('text', 'image');
      const classes = table.classNames?.(name)?.length;
      const about = valuesIn(head.columns[c]);
      return [{ name, roles, about, ...(classes === undefined ? {} : { classes }) }];
    });
    return { kind: 'columns', columns, taken: taken() };

    function taken(): DatasetColumns['taken'] {
      const named = (c: number | null) => (c === null ? undefined : table.columns[c]);
      for (const choose of [chooseRoles, likelyRoles])
        try {
          const roles = choose(table.path, table.columns, head, options);
          return { label: named(roles.label), image: named(roles.image), text: named(roles.text) };
        } catch {
          // What is open is what will be asked.
        }
      return options.columns;
    }
  } finally {
    await table.close?.();
  }
}

/** The first different values, of those that are texts or numbers. */
function valuesIn(cells: ArrayLike<Cell>): string {
  const found = new Set<string>();
  for (const cell of Array.from(cells)) {
    const text = typeof cell === 'object' ? null : textOf(cell);
    if (text !== null) found.add(text);
    if (found.size > mostValues) break;
  }
  const shown = [...found].slice(0, mostValues);
  const cut = shown.map(text =>
    text.length > mostLetters ? `${text.slice(0, mostLetters)}…` : text,
  );
  return [...cut, ...(found.size > mostValues ? ['…'] : [])].join(', ');
}
