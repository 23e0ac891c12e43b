import Papa from 'papaparse';
import type { Cell, TextRecords } from './source.js';

const [quote, newline, carriage] = [0x22, 0x0a, 0x0d];

/** The delimiter that a header has most of, as rows of text are full of commas, and the header's cells. */
export function headerOf(header: string): { delimiter: string; columns: string[] } {
  const [first, ...others] = [',', ';', '\t', '|'].map(delimiter => {
    const [columns = []] = Papa.parse<string[]>(header, { delimiter, preview: 1 }).data;
    return { delimiter, columns };
  });
  return others.reduce((a, b) => (b.columns.length > a.columns.length ? b : a), first);
}

/**
 * Records of delimited text, without blank lines. Throws `RangeError` where it cannot be told where they begin.
 * @param wanted positions of the cells to keep
 * @param last the text ends with its last record; otherwise one that is not whole is left out
 */
export function delimitedRecords(
  text: string,
  delimiter: string,
  wanted: readonly number[],
  last: boolean,
): TextRecords {
  return (
    wellFormed(text, delimiter, wanted, last) ??
    // What is not as it should be is left to a parser that forgives.
    forgiven(text, delimiter, wanted, last)
  );
}

/** Records as RFC 4180 has them, whatever their line ends; null where a quote or a line end stands where none should. */
function wellFormed(
  text: string,
  delimiter: string,
  wanted: readonly number[],
  last: boolean,
): TextRecords | null {
  const comma = delimiter.charCodeAt(0);
  const end = text.length;
  const kept: Cell[][] = [];
  for (const c of wanted) if (c >= 0) kept[c] = [];
  const starts: number[] = [];
  let whole = 0;
  records: while (whole < end) {
    const start = whole;
    let blank = true;
    for (let c = 0, at = start; ; c++) {
      const cells = kept[c];
      let stop = at;
      if (text.charCodeAt(at) === quote) {
        stop = text.indexOf('"', at + 1);
        let doubled = false;
        for (; stop >= 0 && text.charCodeAt(stop + 1) === quote; stop = text.indexOf('"', stop + 2))
          doubled = true;
        // Behind a quote at the very end another one may follow.
        if (!last && (stop < 0 || stop + 1 === end)) break records;
        if (stop < 0) return null;
        blank &&= stop === at + 1;
        if (cells) {
          const cell = text.slice(at + 1, stop);
          cells.push(doubled ? cell.replaceAll('""', '"') : cell);
        }
        stop++;
      } else {
        for (let code = text.charCodeAt(stop); stop < end; code = text.charCodeAt(++stop))
          if (code === comma || code === newline || code === carriage) break;
        blank &&= stop === at;
        cells?.push(text.slice(at, stop));
      }
      at = stop + 1;
      if (stop < end && text.charCodeAt(stop) === comma) {
        blank = false;
        continue;
      }
      if (stop < end && text.charCodeAt(stop) === carriage) stop = at++;
      if (stop < end && text.charCodeAt(stop) !== newline) return null;
      if (stop >= end && !last) break records;
      whole = Math.min(at, end);
      break;
    }
    if (blank) kept[0]?.pop();
    else {
      starts.push(start);
      // A record may have fewer cells than others.
      for (const cells of kept) if (cells && cells.length < starts.length) cells.push(undefined);
    }
  }
  const { length } = starts;
  // Of the last one, which is not whole, cells may be there already.
  for (const cells of kept) if (cells) cells.length = length;
  const columns = wanted.map(c => (c < 0 ? new Array(length).fill(null) : kept[c]));
  return { length, columns, starts, end: whole };
}

/** Records whose quotes are in disorder: where each ends is told by its lines, and papaparse makes the best of its cells. */
function forgiven(
  text: string,
  delimiter: string,
  wanted: readonly number[],
  last: boolean,
): TextRecords {
  const { starts, ends } = recordEnds(text, delimiter, last);
  const end = ends.at(-1) ?? 0;
  const records = Papa.parse<string[]>(text.slice(0, end).replace(/(\r?\n)+$/, ''), {
    ...{ delimiter, skipEmptyLines: true },
  }).data;
  if (records.length !== starts.length) throw new RangeError('records cannot be told apart');
  const columns = wanted.map(c => records.map(cells => (c < 0 ? null : cells[c])));
  return { length: records.length, columns, starts, end };
}

/** Begins and ends of whole records; blank lines belong to the one before. @param delimiters after which a quote opens a cell */
export function recordEnds(text: string, delimiters: string, last: boolean) {
  const starts: number[] = [];
  const ends: number[] = [];
  let start = 0;
  let inside = false;
  const close = (end: number) => {
    if (/[^\r\n]/.test(text.slice(start, end))) {
      starts.push(start);
      ends.push(end);
    } else if (ends.length > 0) ends[ends.length - 1] = end;
    start = end;
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // In the middle of a cell a quote is a letter like others.
    if (code === quote)
      inside =
        inside || i === start || text[i - 1] === '\n' || delimiters.includes(text[i - 1])
          ? !inside
          : inside;
    else if (code === newline && !inside) close(i + 1);
  }
  if (last && start < text.length) close(text.length);
  return { starts, ends };
}
