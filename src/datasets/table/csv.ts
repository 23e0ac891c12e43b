import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Bytes, EndsEarly } from '../../arrays/bytes.js';
import { ReadAhead } from '../../arrays/readAhead.js';
import { detailOf, failure, TransferLensError, throwIfCancelled } from '../../protocol/notice.js';
import { Growing } from '../classLabels.js';
import { shownName } from '../names.js';
import { decode, type Grammar, grammarOf } from './grammar.js';
import type { Cell, Records, TableSource, TextRecords } from './source.js';

/** A record that is longer has an open quote. */
const longest = 16 << 20;
const pieceBytes = 1 << 20;
/** Records that are asked for one after the other are parsed together, up to so many bytes. */
const blockBytes = 64 << 10;
const newline = 0x0a;

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
): { columns: readonly string[]; records: Records } | null {
  try {
    const { columns, start, records } = grammarOf(path, head);
    const end = whole ? head.length : head.lastIndexOf(newline) + 1;
    const all = columns.map((_, c) => c);
    return { columns, records: records(decode(path, head.subarray(start, end)), all, whole) };
  } catch {
    return null;
  }
}

/** Records that are parsed together. */
interface Block {
  from: number;
  to: number;
  wanted: readonly number[];
  records: Records | Promise<Records>;
}

class TextTable implements TableSource {
  readonly name: string;
  readonly folder: string;
  readonly columns: readonly string[];
  readonly reading: NonNullable<TableSource['reading']>;
  /** Where each record begins, in bytes, and the last one ends: blank lines belong to the one before. */
  private readonly starts = new Growing(Float64Array);
  private indexed = false;
  private readonly bytes: ReadAhead;
  private block: Block | null = null;

  constructor(
    readonly path: string,
    private readonly grammar: Grammar,
    size: number,
  ) {
    this.bytes = new ReadAhead(closedFile(path, size));
    this.name = shownName(path);
    this.folder = dirname(path);
    this.columns = grammar.columns;
    const file = { path, folder: this.folder, split: null };
    this.reading = { format: grammar.format, files: [file] };
  }

  async *scan(wanted: readonly number[], signal?: AbortSignal): AsyncGenerator<Records> {
    const { path, grammar } = this;
    let rest: Uint8Array = new Uint8Array(0);
    let origin = grammar.start;
    const known = this.indexed;
    if (!known) this.starts.clear();
    let row = 0;
    const take = (bytes: Uint8Array, last: boolean): Records => {
      const lines = bytes.subarray(0, last ? bytes.length : bytes.lastIndexOf(newline) + 1);
      const text = decode(path, lines);
      const records = this.parsed(text, wanted, last, row);
      row += records.length;
      const { starts, end } = inBytes(records, text, lines.length);
      if (!known) for (const from of starts) this.starts.push(origin + from);
      rest = bytes.subarray(end);
      origin += end;
      return records;
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

  read(record: number, wanted: readonly number[]): readonly Cell[] | Promise<readonly Cell[]> {
    const { from, records } = this.blockOf(record, wanted);
    return records instanceof Promise
      ? records.then(read => cellsAt(read, record - from))
      : cellsAt(records, record - from);
  }

  fileOf(): string {
    return this.path;
  }

  bytesOf(record: number): [number, number] {
    return [this.starts.at(record), this.starts.at(record + 1)];
  }

  /** The block that has a record: of it alone, unless it follows the last block, as more will then. */
  private blockOf(record: number, wanted: readonly number[]): Block {
    const last = this.block?.wanted === wanted ? this.block : null;
    if (last && record >= last.from && record < last.to) return last;
    const { starts } = this;
    const start = starts.at(record);
    let to = record + 1;
    if (record === last?.to)
      while (to < starts.length - 1 && starts.at(to + 1) - start <= blockBytes) to++;
    const records = this.readBlock(record, to, wanted);
    const block: Block = { from: record, to, wanted, records };
    records.then(
      read => {
        block.records = read;
      },
      // Whoever waits for it is told; it is not kept.
      () => {
        if (this.block === block) this.block = null;
      },
    );
    this.block = block;
    return block;
  }

  private async readBlock(from: number, to: number, wanted: readonly number[]): Promise<Records> {
    try {
      const start = this.starts.at(from);
      const bytes = await this.bytes.slice(start, this.starts.at(to) - start);
      // That it is UTF-8 was seen when it was scanned.
      const records = this.parsed(bytes.toString('utf8'), wanted, true, from);
      if (records.length === to - from) return records;
      throw failure('dataset.malformedTable', { file: this.path, row: from + 1 });
    } catch (error) {
      if (error instanceof TransferLensError) throw error;
      const gone = error instanceof EndsEarly;
      const detail = gone ? 'the file has become shorter' : detailOf(error);
      throw failure('dataset.sampleUnreadable', { file: this.path, detail }, error);
    }
  }

  private parsed(text: string, wanted: readonly number[], last: boolean, row: number): TextRecords {
    try {
      return this.grammar.records(text, wanted, last);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw failure('dataset.malformedTable', { file: this.path, row: row + 1 }, error);
    }
  }
}

function cellsAt({ columns }: Records, k: number): Cell[] {
  return columns.map(column => column[k]);
}

/** Places in a text of so many bytes as places in its bytes: the same where every letter is one. */
function inBytes({ starts, end }: TextRecords, text: string, bytes: number) {
  if (text.length === bytes) return { starts, end };
  let [letter, at] = [0, 0];
  const place = (next: number) => {
    at += Buffer.byteLength(text.slice(letter, next));
    letter = next;
    return at;
  };
  return { starts: starts.map(place), end: place(end) };
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
