import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import Papa from 'papaparse';
import { detailOf, failure, throwIfCancelled } from '../../protocol/notice.js';
import { Growing } from '../classLabels.js';
import { shownName } from '../names.js';
import type { Cell, Records, TableSource } from './source.js';

/** A record that is longer has an open quote. */
const longest = 16 << 20;
const pieceBytes = 1 << 20;
const windowBytes = 64 << 10;
const [quote, newline, carriage] = [0x22, 0x0a, 0x0d];

/** How records of a text file are told apart and parsed. */
interface Grammar {
  columns: string[];
  /** Characters after which a quote opens a cell that may have newlines in it; none: there are no quotes. */
  delimiters: string;
  /** Cells of whole records. */
  parse(text: string): Cell[][];
  /** Where the first record begins. */
  start: number;
}

/** Opens a CSV, TSV or JSON Lines file. Throws where it is no text, or no table. */
export async function openTextTable(path: string): Promise<TableSource> {
  const head = await firstBytes(path, 256 << 10);
  if (head.length === 0) throw failure('dataset.emptyTable', { file: path });
  const grammar = grammarOf(path, head);
  return new TextTable(path, grammar);
}

/** Columns and first records of a file's beginning, or null where it is no table. */
export function headOf(
  path: string,
  head: Uint8Array,
  whole: boolean,
): { columns: string[]; records: Cell[][] } | null {
  try {
    const grammar = grammarOf(path, head);
    const { ends } = recordEnds(head, grammar.start, grammar.delimiters, whole);
    const end = ends.at(-1);
    if (end === undefined) return null;
    const text = decode(path, head.subarray(grammar.start, end));
    return { columns: grammar.columns, records: grammar.parse(text) };
  } catch {
    return null;
  }
}

class TextTable implements TableSource {
  readonly name: string;
  readonly folder: string;
  readonly columns: readonly string[];
  /** Where each record begins, and the last one ends: blank lines belong to the one before. */
  private readonly starts = new Growing(Float64Array);
  private indexed = false;
  private window: { start: number; bytes: Uint8Array } = { start: 0, bytes: new Uint8Array() };

  constructor(
    readonly path: string,
    private readonly grammar: Grammar,
  ) {
    this.name = shownName(path);
    this.folder = dirname(path);
    this.columns = grammar.columns;
  }

  async *scan(wanted: readonly number[], signal?: AbortSignal): AsyncGenerator<Records> {
    const { path, grammar } = this;
    let rest: Uint8Array = new Uint8Array(0);
    let origin = grammar.start;
    const known = this.indexed;
    if (!known) this.starts.clear();
    let row = 0;
    const take = (bytes: Uint8Array, last: boolean): Records => {
      const { starts, ends } = recordEnds(bytes, 0, grammar.delimiters, last);
      const end = ends.at(-1) ?? 0;
      const cells = end === 0 ? [] : grammar.parse(decode(path, bytes.subarray(0, end)));
      if (cells.length !== starts.length)
        throw failure('dataset.malformedTable', { file: path, row: row + 1 });
      row += cells.length;
      if (!known) for (const from of starts) this.starts.push(origin + from);
      rest = bytes.subarray(end);
      origin += end;
      return cells.map(row => wanted.map(c => row[c]));
    };
    const stream = createReadStream(path, { start: grammar.start, highWaterMark: pieceBytes });
    for await (const piece of stream) {
      throwIfCancelled(signal);
      yield take(rest.length > 0 ? Buffer.concat([rest, piece]) : piece, false);
      if (rest.length > longest) throw failure('dataset.openQuote', { file: path, row: row + 1 });
    }
    yield take(rest, true);
    if (!known) this.starts.push(origin);
    this.indexed = true;
  }

  async read(record: number, wanted: readonly number[]): Promise<readonly Cell[]> {
    const [start, end] = [this.starts.at(record), this.starts.at(record + 1)];
    const bytes = await this.bytes(start, end - start);
    const [cells = []] = this.grammar.parse(decode(this.path, bytes));
    return wanted.map(c => cells[c]);
  }

  fileOf(): string {
    return this.path;
  }

  /** Reads a little more than is asked for: records are asked for nearly in order. */
  private async bytes(start: number, length: number): Promise<Uint8Array> {
    let window = this.window;
    if (start < window.start || start + length > window.start + window.bytes.length) {
      try {
        const bytes = await bytesAt(this.path, start, Math.max(length, windowBytes));
        if (bytes.length < length) throw new Error('the file has become shorter');
        window = { start, bytes };
        this.window = window;
      } catch (error) {
        const detail = detailOf(error);
        throw failure('dataset.sampleUnreadable', { file: this.path, detail }, error);
      }
    }
    return window.bytes.subarray(start - window.start, start - window.start + length);
  }
}

/** Begins and ends of whole records; blank lines are none. */
function recordEnds(bytes: Uint8Array, from: number, delimiters: string, last: boolean) {
  const before = new Set([newline, ...Buffer.from(delimiters)]);
  const starts: number[] = [];
  const ends: number[] = [];
  let start = from;
  let inside = false;
  const close = (end: number) => {
    let blank = true;
    for (let i = start; i < end && blank; i++)
      blank = bytes[i] === newline || bytes[i] === carriage;
    if (!blank) {
      starts.push(start);
      ends.push(end);
    } else if (ends.length > 0) ends[ends.length - 1] = end;
    start = end;
  };
  for (let i = from; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === quote && delimiters !== '') {
      // In the middle of a cell it is a letter like others.
      if (inside || i === start || before.has(bytes[i - 1])) inside = !inside;
    }
    if (byte === newline && !inside) close(i + 1);
  }
  if (last && start < bytes.length) close(bytes.length);
  return { starts, ends };
}

function grammarOf(path: string, head: Uint8Array): Grammar {
  if (head[0] === 0xff || head[0] === 0xfe) throw failure('dataset.notUtf8', { file: path });
  const mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const lines = /\.(jsonl|ndjson)$/i.test(path);
  const { starts, ends } = recordEnds(head, mark, lines ? '' : ',;\t|', true);
  if (starts.length === 0) throw failure('dataset.emptyTable', { file: path });
  const first = decode(path, head.subarray(starts[0], ends[0]));
  return lines ? jsonLines(path, first, starts[0]) : delimited(path, first, ends[0]);
}

function jsonLines(path: string, first: string, start: number): Grammar {
  const columns = Object.keys(objectOf(path, first));
  return {
    ...{ columns, delimiters: '', start },
    parse: text =>
      text
        .split('\n')
        .filter(line => line.trim() !== '')
        .map(line => {
          const record = objectOf(path, line);
          return columns.map(name => record[name]);
        }),
  };
}

function objectOf(file: string, line: string): Record<string, Cell> {
  try {
    const value = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw failure('dataset.notJsonLines', { file, detail: detailOf(error) }, error);
  }
  throw failure('dataset.notJsonLines', { file, detail: 'a line is no object' });
}

function delimited(path: string, first: string, start: number): Grammar {
  // The one that the first line has most of: rows of text are full of commas.
  const fields = (delimiter: string) =>
    Papa.parse<string[]>(first, { delimiter, preview: 1 }).data[0]?.length ?? 0;
  const delimiter = [',', ';', '\t', '|'].reduce((best, one) =>
    fields(one) > fields(best) ? one : best,
  );
  const parse = (text: string): string[][] =>
    Papa.parse<string[]>(text.replace(/(\r?\n)+$/, ''), { delimiter, skipEmptyLines: true }).data;
  const [columns = []] = parse(first);
  if (columns.length < 2) throw failure('dataset.notTable', { file: path });
  return { columns: columns.map(name => name.trim()), delimiters: delimiter, parse, start };
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw failure('dataset.notUtf8', { file }, error);
  }
}

export async function firstBytes(path: string, length: number): Promise<Uint8Array> {
  try {
    return await bytesAt(path, 0, length);
  } catch (error) {
    throw failure('dataset.fileUnreadable', { file: path, detail: detailOf(error) }, error);
  }
}

/** So many bytes from a position on, or fewer where the file ends. */
async function bytesAt(path: string, position: number, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
