import { toCsv, toTsv } from './csv.js';
import { toMarkdown } from './markdown.js';
import type { Report } from './schema.js';
import { toText } from './table.js';

/** The forms that a report can be written in, by the name that the command line knows. */
export const reportForms: Readonly<
  Record<'table' | 'json' | 'csv' | 'tsv' | 'md', (report: Report) => string>
> = {
  table: toText,
  json: report => `${JSON.stringify(report, null, 2)}\n`,
  csv: toCsv,
  tsv: toTsv,
  md: toMarkdown,
};

export type ReportForm = keyof typeof reportForms;
