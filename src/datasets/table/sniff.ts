import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatasetSummary } from '../../protocol/found.js';
import type { DatasetLayout, FoundEntry } from '../dataset.js';
import { splitOf } from '../imageFolder/names.js';
import { shownName } from '../names.js';
import { isLabelled, likelyRoles } from './columns.js';
import { metadataOf } from './metadata.js';
import { textOf } from './source.js';

/** Up to this size a file is looked at whole, so that its samples can be counted. */
const small = 256 << 10;

export const table: DatasetLayout = {
  id: 'table',
  name: 'Table',
  files:
    '`.csv`, `.tsv`, `.jsonl` with a label column: paths of images (also `metadata.csv` of an `imagefolder`), texts or pairs of texts, or columns of numbers; columns for splits, groups and ids are found or chosen',
  named: /\.(csv|tsv|jsonl|ndjson)$/i,
  sniff,
};

async function sniff({ path, kind, list }: FoundEntry): Promise<DatasetSummary | null> {
  if (kind === 'file') return table.named?.test(path) ? look(path) : null;
  const tables = await metadataOf(path, list);
  const looked = await Promise.all(tables.map(t => look(join(path, t.folder, t.file))));
  const [first] = looked;
  if (!first) return null;
  const splits: DatasetSummary['splits'] = {};
  let size: number | null = 0;
  looked.forEach((found, k) => {
    const { split } = tables[k];
    const n = found?.size ?? null;
    size = size === null || n === null ? null : size + n;
    splits[split] = (splits[split] ?? 0) + (n ?? 0);
  });
  // Which classes they share only reading them would tell.
  const classes = looked.length === 1 ? first.classes : null;
  return {
    ...first,
    path,
    name: basename(path),
    classes,
    size,
    splits: size === null ? {} : splits,
  };
}

/** A table whose columns are called as usual and hold what they should: other tables can be opened by naming their columns. */
async function look(path: string): Promise<DatasetSummary | null> {
  // The parser is loaded for tables only.
  const { firstBytes, headOf } = await import('./csv.js');
  const info = await stat(path).catch(() => null);
  if (!info || info.size === 0) return null;
  const whole = info.size <= small;
  const bytes = await firstBytes(path, Math.min(info.size, whole ? small : 64 << 10)).catch(
    () => null,
  );
  const head = bytes && headOf(path, bytes, whole);
  if (!head || head.records.length < 2) return null;
  try {
    const { columns, records } = head;
    const roles = likelyRoles(path, columns, records);
    if (!isLabelled(roles)) return null;
    const cells = (column: number | null) =>
      column === null ? [] : Array.from(records.columns[column], textOf);
    const labels = new Set(cells(roles.label));
    labels.delete(null);
    if (roles.label !== null && labels.size < 2) return null;
    const splits: DatasetSummary['splits'] = {};
    for (const cell of cells(roles.split)) {
      const split = splitOf(cell ?? '');
      if (split) splits[split] = (splits[split] ?? 0) + 1;
    }
    return {
      path,
      name: shownName(path),
      layout: table.id,
      content: roles.content,
      classes: whole && roles.label !== null ? labels.size : null,
      size: whole ? records.length : null,
      splits: whole ? splits : {},
    };
  } catch {
    return null;
  }
}
