import { relative } from 'node:path';
import type { DatasetSummary, ModelSummary } from '../protocol/found.js';
import { bytes, count } from '../report/format.js';
import { printable } from '../report/table.js';

/** What was found below a folder, for a terminal. */
export function listing(
  folder: string,
  found: { models: ModelSummary[]; datasets: DatasetSummary[] },
): string {
  const path = (p: string) => printable(relative(folder, p) || '.');
  const models = found.models.map(m => [path(m.path), m.format, bytes(m.bytes)]);
  const datasets = found.datasets.map(d => [
    path(d.path),
    d.layout,
    d.size === null ? '' : `${count(d.size)} samples`,
    d.classes === null ? '' : `${d.classes} classes`,
    Object.entries(d.splits)
      .map(([split, n]) => `${split} ${count(n)}`)
      .join(', '),
  ]);
  return [
    `Source models: ${models.length}`,
    ...columns(models),
    `Target datasets: ${datasets.length}`,
    ...columns(datasets),
    '',
  ].join('\n');
}

function columns(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, k) => Math.max(...rows.map(row => row[k].length))) ?? [];
  return rows.map(row => `  ${row.map((cell, k) => cell.padEnd(widths[k])).join('  ')}`.trimEnd());
}
