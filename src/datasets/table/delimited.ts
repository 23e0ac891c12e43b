import Papa from 'papaparse';

const [quote, newline, carriage] = [0x22, 0x0a, 0x0d];

/** Cells of records that are separated by lines, without blank ones. */
export function delimitedRecords(text: string, delimiter: string): string[][] {
  return (
    wellFormed(text, delimiter) ??
    // What is not as it should be is left to a parser that forgives.
    Papa.parse<string[]>(text.replace(/(\r?\n)+$/, ''), { delimiter, skipEmptyLines: true }).data
  );
}

/** The one that a header has most of: rows of text are full of commas. */
export function delimiterOf(header: string): string {
  const fields = (delimiter: string) =>
    Papa.parse<string[]>(header, { delimiter, preview: 1 }).data[0]?.length ?? 0;
  return [',', ';', '\t', '|'].reduce((best, one) => (fields(one) > fields(best) ? one : best));
}

/** Records as RFC 4180 has them, whatever their line ends; null where a quote or a line end stands where none should. */
function wellFormed(text: string, delimiter: string): string[][] | null {
  const comma = delimiter.charCodeAt(0);
  const end = text.length;
  const records: string[][] = [];
  let record: string[] = [];
  for (let at = 0; at < end; ) {
    let stop = at;
    if (text.charCodeAt(at) === quote) {
      stop = text.indexOf('"', at + 1);
      let doubled = false;
      for (; stop >= 0 && text.charCodeAt(stop + 1) === quote; stop = text.indexOf('"', stop + 2))
        doubled = true;
      if (stop < 0) return null;
      const cell = text.slice(at + 1, stop);
      record.push(doubled ? cell.replaceAll('""', '"') : cell);
      stop++;
    } else {
      for (let code = text.charCodeAt(stop); stop < end; code = text.charCodeAt(++stop))
        if (code === comma || code === newline || code === carriage) break;
      record.push(text.slice(at, stop));
    }
    at = stop + 1;
    if (stop < end && text.charCodeAt(stop) === comma) {
      // A delimiter at the very end has an empty cell behind it.
      if (at === end) record.push('');
      continue;
    }
    if (stop < end && text.charCodeAt(stop) === carriage) stop = at++;
    if (stop < end && text.charCodeAt(stop) !== newline) return null;
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  }
  if (record.length > 1 || (record.length === 1 && record[0] !== '')) records.push(record);
  return records;
}
