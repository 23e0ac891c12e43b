import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { EndsEarly } from '../../arrays/bytes.js';
import { fileAhead, type ReadAhead } from '../../arrays/readAhead.js';
import type { Split } from '../../protocol/found.js';
import { detailOf, failure, TransferLensError, throwIfCancelled } from '../../protocol/notice.js';
import { Growing } from '../classLabels.js';
import { nameOf, type Shard } from '../shards.js';
import { type Cell, keyColumn, type Records, type TableSource } from '../table/source.js';
import { isImagePart, isTextPart, type Sample, samplesOf } from './samples.js';
import { type Member, NotTar } from './tar.js';

/** Samples that decide what the columns are. */
const headSamples = 200;
/** A text or JSON that is longer is not read as a label. */
const mostTextBytes = 1 << 20;
/** An image is not larger than this. */
const mostPartBytes = 256 << 20;
const batch = 1024;

/** A column: a part of the samples, or a key of the JSON objects in one. */
interface Column {
  name: string;
  part: string;
  key: string | null;
  isImage: boolean;
}

/** Where a part of each sample lies; length -1 where it has none. */
interface Places {
  at: Growing<Float64Array>;
  size: Growing<Float64Array>;
}

/** What stands for the bytes of an image while labels are gathered. */
const unread = { bytes: new Uint8Array() };

/** Shards of a WebDataset as one table: a row a sample, a column a part, and one for each key of `json` parts. */
export class WebDatasetTable implements TableSource {
  readonly columns: readonly string[];
  readonly reading: NonNullable<TableSource['reading']>;
  /** Offsets by part, filled by the first whole scan. */
  private readonly places = new Map<string, Places>();
  /** First record of each shard, and the end. */
  private starts: number[] = [];
  private indexed = false;
  /** The JSON object that was parsed last: several columns are keys of the same one. */
  private parsed: { of: Member; object: Record<string, Cell> } | null = null;
  /** The shard that was read last: only of that one bytes are held. */
  private current = 0;

  private constructor(
    readonly path: string,
    readonly name: string,
    readonly folder: string,
    private readonly shards: readonly Shard[],
    private readonly files: readonly ReadAhead[],
    private readonly of: readonly Column[],
  ) {
    this.columns = of.map(column => column.name);
    const places = shards.map(({ path, split }) => ({ path, folder, split }));
    this.reading = { format: 'webDataset', files: places };
    const parts = of.flatMap(({ part }) => (part === keyColumn ? [] : [part]));
    for (const part of parts)
      this.places.set(part, { at: new Growing(Float64Array), size: new Growing(Float64Array) });
  }

  /** Opens shards and looks at the first samples. */
  static async open(path: string, shards: readonly Shard[]): Promise<WebDatasetTable> {
    const files: ReadAhead[] = [];
    try {
      for (const shard of shards) files.push(await openShard(shard.path));
      const columns = await columnsOf(shards[0].path, files[0]);
      const folder = dirname(shards[0].path);
      return new WebDatasetTable(path, nameOf(path), folder, shards, files, columns);
    } catch (error) {
      for (const file of files) await file.close();
      throw problemOf(shards[files.length - 1]?.path ?? path, error);
    }
  }

  async *scan(wanted: readonly number[], signal?: AbortSignal): AsyncGenerator<Records> {
    this.starts = [0];
    for (const { at, size } of this.indexed ? [] : this.places.values()) {
      at.clear();
      size.clear();
    }
    const none = (): Cell[][] => wanted.map(() => []);
    let columns = none();
    let length = 0;
    for (const [f, file] of this.files.entries()) {
      let n = this.starts[f];
      try {
        for await (const samples of samplesOf(file)) {
          for (const sample of samples) {
            if (!this.indexed) this.place(sample);
            for (let w = 0; w < wanted.length; w++) {
              const cell = this.cell(file, sample, wanted[w], false);
              columns[w].push(cell instanceof Promise ? await cell : cell);
            }
          }
          n += samples.length;
          length += samples.length;
          if (length < batch) continue;
          throwIfCancelled(signal);
          yield { length, columns };
          columns = none();
          length = 0;
        }
      } catch (error) {
        throw problemOf(this.shards[f].path, error);
      }
      this.starts.push(n);
      file.release();
    }
    yield { length, columns };
    this.indexed = true;
  }

  async read(record: number, wanted: readonly number[]): Promise<readonly Cell[]> {
    const f = this.shardOf(record);
    if (f !== this.current) this.files[this.current].release();
    this.current = f;
    const parts = new Map<string, Member>();
    for (const c of wanted) {
      const part = this.of[c]?.part ?? '';
      const places = this.places.get(part);
      const size = places?.size.at(record) ?? -1;
      if (places && size >= 0) parts.set(part, { name: '', at: places.at.at(record), size });
    }
    try {
      const sample = { key: '', parts };
      return await Promise.all(wanted.map(c => this.cell(this.files[f], sample, c, true)));
    } catch (error) {
      throw problemOf(this.shards[f].path, error);
    }
  }

  fileOf(record: number): string {
    return this.shards[this.shardOf(record)].path;
  }

  splitOf(record: number): Split | null {
    return this.shards[this.shardOf(record)].split;
  }

  async close(): Promise<void> {
    for (const file of this.files) await file.close();
  }

  private place({ parts }: Sample): void {
    for (const [part, { at, size }] of this.places) {
      const member = parts.get(part);
      at.push(member?.at ?? 0);
      size.push(member?.size ?? -1);
    }
  }

  /** A cell of a sample: at once where its bytes are at hand. Images are only read where `whole`. */
  private cell(
    file: ReadAhead,
    { key, parts }: Sample,
    c: number,
    whole: boolean,
  ): Cell | Promise<Cell> {
    const column = this.of[c];
    const member = column && parts.get(column.part);
    if (column?.part === keyColumn) return key;
    if (!member) return null;
    if (column.isImage) return whole ? bytesOf(file, member) : unread;
    const text = textOf(file, member);
    const { key: name } = column;
    if (name === null) return text;
    return text instanceof Promise
      ? text.then(read => this.objectIn(member, read)[name])
      : this.objectIn(member, text)[name];
  }

  private objectIn(member: Member, text: string): Record<string, Cell> {
    if (this.parsed?.of !== member) this.parsed = { of: member, object: objectOf(text) };
    return this.parsed.object;
  }

  private shardOf(record: number): number {
    // While it is scanned, those that were begun.
    let [low, high] = [0, Math.min(this.starts.length, this.shards.length) - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= record) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

async function openShard(path: string): Promise<ReadAhead> {
  const file = await open(path).catch(error => {
    throw failure('dataset.fileUnreadable', { file: path, detail: detailOf(error) }, error);
  });
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
  if (buffer[0] === 0x1f && buffer[1] === 0x8b) {
    await file.close();
    throw failure('dataset.tarPacked', { file: path, name: basename(path) });
  }
  return fileAhead(file);
}

async function columnsOf(path: string, file: ReadAhead): Promise<Column[]> {
  const found = new Map<string, Column>();
  let n = 0;
  for await (const samples of samplesOf(file)) {
    for (const { parts } of samples)
      for (const [part, member] of parts) {
        const isJson = /\bjson$/.test(part);
        if (isImagePart(part) || (isTextPart(part) && !isJson))
          found.set(part, { name: part, part, key: null, isImage: isImagePart(part) });
        else if (isJson)
          for (const key of Object.keys(objectOf(await textOf(file, member))))
            if (!found.has(key)) found.set(key, { name: key, part, key, isImage: false });
      }
    n += samples.length;
    if (n >= headSamples) break;
  }
  if (n === 0) throw failure('dataset.noSamples', { file: path });
  return [{ name: keyColumn, part: keyColumn, key: null, isImage: false }, ...found.values()];
}

function bytesOf(file: ReadAhead, { at, size }: Member): Uint8Array | Promise<Uint8Array> {
  if (size > mostPartBytes) throw new NotTar(`a file in it has ${size} bytes`);
  return file.copy(at, size);
}

function textOf(file: ReadAhead, { at, size }: Member): string | Promise<string> {
  if (size > mostTextBytes) return '';
  const found = file.slice(at, size);
  return found instanceof Promise ? found.then(bytes => bytes.toString()) : found.toString();
}

function objectOf(text: string): Record<string, Cell> {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

function problemOf(file: string, error: unknown): Error {
  if (error instanceof NotTar || error instanceof EndsEarly) {
    const detail = error instanceof NotTar ? error.message : 'it ends too early';
    return failure('dataset.notTar', { file, detail }, error);
  }
  if (error instanceof TransferLensError || !(error instanceof Error) || !('code' in error))
    return error as Error;
  return failure('dataset.fileUnreadable', { file, detail: detailOf(error) }, error);
}
