import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Bytes, EndsEarly } from '../../arrays/bytes.js';
import { ReadAhead } from '../../arrays/readAhead.js';
import { detailOf, failure, throwIfCancelled } from '../../protocol/notice.js';
import { Growing } from '../classLabels.js';
import { shownName } from '../names.js';
import { delimitedRecords, delimiterOf } from './delimited.js';
import type { Cell, Records, TableSource } from './source.js';

/** A record that is longer has an open quote. */
const longest = 16 << 20;
const pieceBytes = 1 << 20;
const [quote, newline, carriage] = [0x22, 0x0a, 0x0d];

/** How records of a text file are told apart and parsed. */
interface Grammar {
  columns: string[];
  /** Characters after which a quote opens a cell that may have newlines in it; none: there are no quotes. */
  delimiters: string;
  /** Cells of whole records, of the columns that are wanted. */
  parse(text: string, wanted: readonly number[]): Cell[][];
  /** Where the first record begins. */
  start: number;
}

/** Opens a CSV, TSV or JSON Lines file. Throws where it is no text, or no table. */
export async function openTextTable(path: string): Promise<TableSource> {
  const head = await firstBytes(path, 256 << 10);
  if (head.length === 0) throw failure('dataset.emptyTable', { file: path });
  const grammar = grammarOf(path, head);
  return new TextTable(path, grammar, (await stat(path)).size);
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
    const all = grammar.columns.map((_, c) => c);
    return { columns: grammar.columns, records: grammar.parse(text, all) };
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
  private readonly bytes: ReadAhead;

  constructor(
    readonly path: string,
    private readonly grammar: Grammar,
    size: number,
  ) {
    this.bytes = new ReadAhead(closedFile(path, size));
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
      const cells = end === 0 ? [] : grammar.parse(decode(path, bytes.subarray(0, end)), wanted);
      if (cells.length !== starts.length)
        throw failure('dataset.malformedTable', { file: path, row: row + 1 });
      row += cells.length;
      if (!known) for (const from of starts) this.starts.push(origin + from);
      rest = bytes.subarray(end);
      origin += end;
      return cells;
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
    let bytes: Buffer;
    try {
      const found = this.bytes.slice(start, end - start);
      bytes = found instanceof Buffer ? found : await found;
    } catch (error) {
      const gone = error instanceof EndsEarly;
      const detail = gone ? 'the file has become shorter' : detailOf(error);
      throw failure('dataset.sampleUnreadable', { file: this.path, detail }, error);
    }
    // That it is UTF-8 was seen when it was scanned.
    const text = bytes.toString('utf8');
    const [cells = []] = this.grammar.parse(text, wanted);
    return cells;
  }

  fileOf(): string {
    return this.path;
  }
}

/** A file that is open only while it is read: there may be many tables. */
function closedFile(path: string, size: number): Bytes {
  return {
    size,
    read: async (target, at) => {
      const bytes = await bytesAt(path, at, target.length);
      if (bytes.length < target.length) throw new EndsEarly();
      target.set(bytes);
    },
    close: async () => undefined,
  };
}

/** Begins and ends of whole records; blank lines are none. */
function recordEnds(bytes: Uint8Array, from: number, delimiters: string, last: boolean) {
  const before = new Uint8Array(256);
  for (const byte of [newline, ...Buffer.from(delimiters)]) before[byte] = 1;
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
  const quoted = delimiters !== '';
  for (let i = from; i < bytes.length; i++) {
    // Where there are no quotes every line end counts, and nothing else.
    if (!quoted) i = bytes.indexOf(newline, i);
    if (i < 0) break;
    const byte = bytes[i];
    if (byte === quote && quoted) {
      // In the middle of a cell it is a letter like others.
      if (inside || i === start || before[bytes[i - 1]] === 1) inside = !inside;
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
    parse: (text, wanted) => {
      const names = wanted.map(c => (c < 0 ? null : columns[c]));
      const records: Cell[][] = [];
      for (let at = 0; at < text.length; ) {
        const found = text.indexOf('\n', at);
        const end = found < 0 ? text.length : found;
        const line = text.slice(at, end);
        at = end + 1;
        if (line.trim() === '') continue;
        const record = objectOf(path, line);
        records.push(names.map(name => (name === null ? null : record[name])));
      }
      return records;
    },
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
  const delimiter = delimiterOf(first);
  const [columns = []] = delimitedRecords(first, delimiter);
  if (columns.length < 2) throw failure('dataset.notTable', { file: path });
  return {
    columns: columns.map(name => name.trim()),
    delimiters: delimiter,
    parse: (text, wanted) =>
      delimitedRecords(text, delimiter).map(cells => wanted.map(c => (c < 0 ? null : cells[c]))),
    start,
  };
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
