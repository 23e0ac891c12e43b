import type { Report } from './schema.js';
import { measuresOf, rankLabel } from './table.js';

/** Separated values for a spreadsheet: one row a model, full precision, a column for each bound of each interval. */
function separated(report: Report, separator: string, quote: (cell: string) => string): string {
  const ids = measuresOf(report);
  const header = [
    'rank',
    'id',
    'name',
    'path',
    'format',
    'status',
    'reason',
    'sourceClasses',
    'featureDimension',
    'probabilityBest',
    ...ids.flatMap(id => [id, `${id}.low`, `${id}.high`, `${id}.valid`]),
    'seconds.load',
    'seconds.infer',
    'seconds.score',
    'imagesPerSecond',
  ];
  const rows = report.models.map(m => [
    m.status === 'scored' ? rankLabel(report, m.id) : '',
    m.id,
    m.name,
    m.path,
    m.format,
    m.status,
    m.reason?.message ?? '',
    m.sourceClasses,
    m.featureDimension,
    report.ranking.probabilityBest[m.id] ?? null,
    ...ids.flatMap(id => {
      const s = m.scores[id];
      return s ? [s.value, s.low, s.high, String(s.valid)] : [null, null, null, null];
    }),
    m.seconds.load,
    m.seconds.infer,
    m.seconds.score,
    m.imagesPerSecond,
  ]);
  return [header, ...rows]
    .map(row => row.map(cell => quote(cell === null ? '' : String(cell))).join(separator))
    .map(line => `${line}\n`)
    .join('');
}

/** RFC 4180 CSV. A cell that a spreadsheet would run as a formula is prefixed with an apostrophe. */
export function toCsv(report: Report): string {
  return separated(report, ',', cell => {
    const safe = /^[=+@\t\r]|^-(?![\d.])/.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
}

/** Tab-separated values; tabs and line ends in names become spaces. */
export function toTsv(report: Report): string {
  return separated(report, '\t', cell => {
    const line = cell.replace(/[\t\r\n]+/g, ' ');
    return /^[=+@]|^-(?![\d.])/.test(line) ? `'${line}` : line;
  });
}
