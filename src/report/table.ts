import { measureName, measureValue } from './columns.js';
import { bytes, count, interval, percent } from './format.js';
import type { ModelReport, Report } from './schema.js';

/** One row of the ranking as words, the same in every text form. */
export interface TableRow {
  rank: string;
  model: ModelReport;
  cells: string[];
}

/** Rank as shown: "1", or "2–4" for the members of a tie group. */
export function rankLabel(report: Report, id: string): string {
  let before = 0;
  for (const tier of report.ranking.ties) {
    if (tier.includes(id))
      return tier.length === 1 ? `${before + 1}` : `${before + 1}–${before + tier.length}`;
    before += tier.length;
  }
  return '–';
}

/** Measures of a report: the headline first, then the others in the order they were asked for. */
export function measuresOf(report: Report): string[] {
  const ids = new Set<string>();
  if (report.models.some(m => m.scores[report.ranking.by])) ids.add(report.ranking.by);
  for (const model of report.models) for (const id of Object.keys(model.scores)) ids.add(id);
  return [...ids];
}

/** Header and rows of the ranking, failed models last with their reason. */
export function rankingTable(report: Report): { header: string[]; rows: TableRow[] } {
  const measures = measuresOf(report);
  const header = [
    'Rank',
    'Model',
    ...measures.flatMap((id, k) =>
      k === 0 ? [measureName(report, id), '95 % interval'] : [measureName(report, id)],
    ),
    'P(best)',
    'Classes',
    'Size',
  ];
  const rows = report.models.map(model => {
    if (model.status === 'failed')
      return { rank: '–', model, cells: [model.reason?.message ?? 'failed'] };
    const cells = measures.flatMap((id, k) => {
      const s = model.scores[id];
      const shown = s ? measureValue(report, id, s.value) + (s.valid ? '' : '*') : '–';
      return k === 0 ? [shown, s ? interval(s.low, s.high, 3) : ''] : [shown];
    });
    const p = report.ranking.probabilityBest[model.id];
    cells.push(p === undefined ? '–' : percent(p));
    cells.push(model.sourceClasses === null ? '–' : count(model.sourceClasses));
    cells.push(model.bytes === undefined ? '–' : bytes(model.bytes));
    return { rank: rankLabel(report, model.id), model, cells };
  });
  return { header, rows };
}

/** Why scores that are marked with an asterisk must not be trusted, each reason once. */
export function doubtsOf(report: Report): string[] {
  const scores = report.models.flatMap(model => Object.values(model.scores));
  return [...new Set(scores.flatMap(s => (s.valid ? [] : (s.note ?? []))))];
}

/** Which scored models have no rank, and why. */
export function notRanked(report: Report): string[] {
  const names = new Map(report.models.map(({ id, name }) => [id, name]));
  return report.ranking.unranked.map(
    ({ id, reason }) => `Not ranked: ${names.get(id) ?? id}. ${reason}`,
  );
}

/** The report for a terminal: aligned columns, the verdict under them, then warnings. */
export function toText(report: Report): string {
  const { header, rows } = rankingTable(report);
  const lines = rows
    .filter(r => r.model.status === 'scored')
    .map(r => [r.rank, printable(r.model.name), ...r.cells]);
  const widths = header.map((h, k) => Math.max(width(h), ...lines.map(l => width(l[k]))));
  const align = (cells: string[]) =>
    cells
      .map((c, k) => {
        const pad = ' '.repeat(widths[k] - width(c));
        return k === 1 ? c + pad : pad + c;
      })
      .join('  ')
      .trimEnd();
  const out: string[] = [];
  if (lines.length > 0) {
    out.push(align(header), ...lines.map(align), '');
    const doubts = doubtsOf(report);
    if (doubts.length > 0) out.push(...doubts.map(text => `* ${printable(text)}`), '');
  }
  for (const sentence of report.verdict ?? []) out.push(printable(sentence.message));
  out.push(...notRanked(report).map(printable));
  const failed = report.models.filter(m => m.status === 'failed');
  if (failed.length > 0) out.push('', 'Failed:');
  for (const model of failed) out.push(`  ${printable(model.reason?.message ?? model.name)}`);
  if (report.warnings.length > 0) out.push('', 'Warnings:');
  for (const warning of report.warnings) out.push(`  ${printable(warning.message)}`);
  return `${out.join('\n')}\n`;
}

/** Text safe on a terminal: control characters of hostile names become visible. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\u{fffd}');
}

function width(text: string): number {
  let n = 0;
  for (const c of text)
    n += /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\uffdc]/u.test(c) ? 2 : 1;
  return n;
}
