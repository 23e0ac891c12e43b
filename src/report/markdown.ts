import { count } from './format.js';
import type { Report } from './schema.js';
import { doubtsOf, notRanked, rankingTable } from './table.js';

/** The report as Markdown: verdict, table, warnings and provenance. Names are escaped, never interpreted. */
export function toMarkdown(report: Report): string {
  const { header, rows } = rankingTable(report);
  const scored = rows.filter(r => r.model.status === 'scored');
  const line = (cells: string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const out = [`# Transferability to ${escapeMarkdown(report.dataset.name)}`, ''];
  for (const sentence of report.verdict ?? []) out.push(escapeMarkdown(sentence.message));
  if (scored.length > 0) {
    out.push(
      '',
      line(header),
      `|${header.map((_, k) => (k === 1 ? ' --- ' : ' ---: ')).join('|')}|`,
    );
    for (const row of scored) out.push(line([row.rank, row.model.name, ...row.cells]));
  }
  const items = [
    ...doubtsOf(report).map(text => `* ${text}`),
    ...notRanked(report),
    ...report.models.flatMap(m => (m.reason ? [m.reason.message] : [])),
    ...report.warnings.map(w => w.message),
  ];
  if (items.length > 0) out.push('', ...items.map(text => `- ${escapeMarkdown(text)}`));
  const { provenance, dataset } = report;
  out.push(
    '',
    escapeMarkdown(
      `TransferLens ${provenance.version}, ${provenance.date}; ${count(dataset.scored)} of ${count(dataset.size)} samples (split ${dataset.split}, seed ${provenance.seed}, ${count(provenance.dropped)} dropped), ${dataset.targets ? `labels: ${dataset.targets.join(', ')}` : `${count(dataset.classes.length)} target classes`}.`,
    ),
  );
  return `${out.join('\n')}\n`;
}

/** Makes any text literal in Markdown: no emphasis, link, image, HTML, table cell, heading or list can start. The source stays readable. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/^([-+#]|\d+(?=[.)]))/, start => (/\d/.test(start) ? `${start}\\` : `\\${start}`))
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
