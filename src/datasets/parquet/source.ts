import { dirname } from 'node:path';
import type { Split } from '../../protocol/found.js';
import { failure, throwIfCancelled } from '../../protocol/notice.js';
import { nameOf, type Shard } from '../shards.js';
import type { Cell, Records, TableSource } from '../table/source.js';
import { ParquetFile } from './file.js';
import type { ParquetColumn } from './footer.js';
import { PageCache } from './pageCache.js';

/** Records handed out at once. */
const batch = 4096;

/** What stands for the bytes of an image while a table is scanned: they are read one by one. */
const unread = { bytes: new Uint8Array() };

/** Parquet files with the same columns as one table. */
export class ParquetTable implements TableSource {
  readonly columns: readonly string[];
  readonly reading: NonNullable<TableSource['reading']>;
  /** Image columns whose files lie beside the table. */
  private readonly paths: ReadonlySet<string>;
  /** The page that each column was last read from, and of which stored part it is. */
  private readonly lastPages = new Map<
    number,
    Awaited<ReturnType<ParquetFile['around']>> & { part: readonly string[] }
  >();
  /** First record of each file, and the end. */
  private readonly starts: number[] = [0];
  /** The columns of each file in the order of the first one's, as theirs may differ. */
  private readonly inFiles: readonly (ParquetColumn | undefined)[][];

  private constructor(
    readonly path: string,
    readonly name: string,
    readonly folder: string,
    private readonly files: readonly ParquetFile[],
    private readonly splits: readonly (Split | null)[],
  ) {
    const [{ columns }] = files;
    this.columns = columns.map(column => column.name);
    this.inFiles = files.map(file =>
      this.columns.map(name => file.columns.find(column => column.name === name)),
    );
    const all = files.map((file, f) => ({ path: file.path, folder, split: splits[f] }));
    this.reading = { format: 'parquet', files: all };
    const images = columns.filter(column => column.kind === 'image');
    this.paths = new Set(
      images.filter(c => files.every(file => file.hasNoBytes(c))).map(c => c.name),
    );
    for (const file of files) this.starts.push((this.starts.at(-1) ?? 0) + file.rows);
  }

  /** @param shards at least one; paths of images are relative to the first one's folder */
  static async open(path: string, shards: readonly Shard[]): Promise<ParquetTable> {
    const files: ParquetFile[] = [];
    const pages = new PageCache();
    try {
      for (const shard of shards) {
        const file = await ParquetFile.open(shard.path, pages);
        files.push(file);
        if (shapeOf(file.columns) !== shapeOf(files[0].columns))
          throw failure('dataset.otherColumns', { file: shard.path, other: shards[0].path });
      }
      const folder = dirname(shards[0].path);
      const splits = shards.map(shard => shard.split);
      return new ParquetTable(path, nameOf(path), folder, files, splits);
    } catch (error) {
      for (const file of files) await file.close();
      throw error;
    }
  }

  async *scan(wanted: readonly number[], signal?: AbortSignal): AsyncGenerator<Records> {
    for (const [f, file] of this.files.entries())
      for (let row = 0; row < file.rows; ) {
        throwIfCancelled(signal);
        const end = Math.min(row + batch, file.groupEnd(row));
        const columns = await Promise.all(wanted.map(c => this.column(f, c, row, end)));
        yield { length: end - row, columns };
        row = end;
      }
  }

  read(record: number, wanted: readonly number[]): readonly Cell[] | Promise<readonly Cell[]> {
    const f = this.shardOf(record);
    const row = record - this.starts[f];
    const cells = wanted.map(c => this.cell(f, c, row));
    return cells.some(cell => cell instanceof Promise) ? Promise.all(cells) : cells;
  }

  fileOf(record: number): string {
    return this.files[this.shardOf(record)].path;
  }

  splitOf(record: number): Split | null {
    return this.splits[this.shardOf(record)];
  }

  classNames(column: string): readonly string[] | null {
    return this.files[0].footer.classNames.get(column) ?? null;
  }

  async close(): Promise<void> {
    for (const file of this.files) await file.close();
  }

  private shardOf(record: number): number {
    let [low, high] = [0, this.files.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= record) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Cells of a column from one row of a file to another. */
  private async column(f: number, c: number, from: number, to: number): Promise<ArrayLike<Cell>> {
    const file = this.files[f];
    const column = this.inFiles[f][c];
    const cells: Cell[] = new Array(to - from);
    if (!column || column.kind === 'other') return cells;
    const isImage = column.kind === 'binary' || column.kind === 'image';
    if (isImage && !this.paths.has(column.name)) return cells.fill(unread);
    const part = column.parts.at(-1) ?? [];
    for (let row = from; row < to; ) {
      const page = await file.around(row, part);
      for (; row < Math.min(to, page.to); row++)
        cells[row - from] = page.values[row - page.from] as Cell;
    }
    return cells;
  }

  /** A cell: at once where its page is at hand. */
  private cell(f: number, c: number, row: number): Cell | Promise<Cell> {
    const file = this.files[f];
    const column = c < 0 ? undefined : this.inFiles[f][c];
    if (!column || column.kind === 'other') return null;
    return column.kind === 'image'
      ? this.image(file, c, column, row)
      : this.value(file, c, column.parts[0], row);
  }

  private async image(
    file: ParquetFile,
    c: number,
    { parts }: ParquetColumn,
    row: number,
  ): Promise<Cell> {
    const cell: Record<string, Cell> = {};
    for (const part of parts) {
      // The path only matters where there are no bytes.
      if (part[1] === 'path' && cell.bytes instanceof Uint8Array) continue;
      cell[part[1]] = await this.value(file, c, part, row);
    }
    return cell;
  }

  private value(
    file: ParquetFile,
    c: number,
    part: readonly string[],
    row: number,
  ): Cell | Promise<Cell> {
    // Rows come one after the other: the page of the last one is at hand.
    const last = this.lastPages.get(c);
    if (last?.part === part && row >= last.from && row < last.to)
      return last.values[row - last.from] as Cell;
    return file.around(row, part).then(page => {
      this.lastPages.set(c, { ...page, part });
      return page.values[row - page.from] as Cell;
    });
  }
}

/** Names and kinds of columns, in no order. */
function shapeOf(columns: readonly ParquetColumn[]): string {
  return columns
    .map(({ name, kind }) => `${name}\0${kind}`)
    .sort()
    .join('\n');
}
