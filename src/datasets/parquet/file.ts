import { type FileHandle, open } from 'node:fs/promises';
import {
  type ColumnMetaData,
  type FileMetaData,
  parquetMetadata,
  type SchemaElement,
} from 'hyparquet';
import { detailOf, failure, TransferLensError } from '../../protocol/notice.js';
import { type Footer, findFooter, NotParquet, type ParquetColumn, readFooter } from './footer.js';
import type { PageCache } from './pageCache.js';
import { ColumnChunk } from './pages.js';
import { NotThrift, ThriftEnds } from './thrift.js';

const mostChunks = 256;

/** One Parquet file, read page by page. */
export class ParquetFile {
  readonly columns: readonly ParquetColumn[];
  readonly rows: number;
  /** First row of each row group, and the end. */
  private readonly starts: number[] = [0];
  private readonly chunks = new Map<string, ColumnChunk>();

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    readonly footer: Footer,
    private readonly metadata: FileMetaData,
    private readonly pages: PageCache,
  ) {
    this.columns = footer.columns;
    for (const group of metadata.row_groups)
      this.starts.push((this.starts.at(-1) ?? 0) + Number(group.num_rows));
    this.rows = this.starts.at(-1) ?? 0;
  }

  /** Opens a file and reads its footer. Throws a TransferLensError. @param pages shared by the files of a table */
  static async open(path: string, pages: PageCache): Promise<ParquetFile> {
    const file = await open(path).catch(error => {
      throw failure('dataset.fileUnreadable', { file: path, detail: detailOf(error) }, error);
    });
    try {
      const { at, length } = await findFooter(file);
      const bytes = Buffer.alloc(length + 8);
      await file.read(bytes, 0, bytes.length, at);
      // Ours first: it asks for no memory by what a damaged header claims.
      const footer = readFooter(bytes.subarray(0, length), true);
      const metadata = parquetMetadata(bytes, { geoparquet: false });
      return new ParquetFile(path, file, footer, metadata, pages);
    } catch (error) {
      await file.close();
      throw problemOf(path, error);
    }
  }

  async bytes(at: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    await this.fill(bytes, at);
    return bytes;
  }

  /** Reads as many bytes as there is room for. */
  async fill(bytes: Uint8Array, at: number): Promise<void> {
    const { bytesRead } = await this.file.read(bytes, 0, bytes.length, at);
    if (bytesRead < bytes.length) throw new NotParquet('it ends too early');
  }

  /** Whether an image column has paths only: the files lie elsewhere. */
  hasNoBytes({ name }: ParquetColumn): boolean {
    return this.metadata.row_groups.every(group => {
      const chunk = group.columns.find(
        c => c.meta_data?.path_in_schema.join('/') === `${name}/bytes`,
      );
      const nulls = chunk?.meta_data?.statistics?.null_count;
      return !chunk || (nulls !== undefined && nulls === group.num_rows);
    });
  }

  /** Where the row group of a row ends. */
  groupEnd(row: number): number {
    return this.starts[this.groupOf(row) + 1];
  }

  /**
   * The values of one stored part of a column around a row, and the rows that they are of.
   * Throws a TransferLensError where they are damaged.
   */
  async around(row: number, part: readonly string[]) {
    try {
      const group = this.groupOf(row);
      const start = this.starts[group];
      const key = `${group} ${part.join('\0')}`;
      const chunk = this.chunk(key, group, part);
      const page = await chunk.pageOf(row - start);
      const name = `${this.path}\0${key} ${page.at}`;
      const values = await this.pages.get(name, page.size, () => chunk.values(page));
      return { values, from: start + page.from, to: start + page.to };
    } catch (error) {
      throw problemOf(this.path, error);
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private groupOf(row: number): number {
    let [low, high] = [0, this.starts.length - 2];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private chunk(key: string, group: number, part: readonly string[]): ColumnChunk {
    const known = this.chunks.get(key);
    if (known) return known;
    const { columns, num_rows } = this.metadata.row_groups[group];
    const path = part.join('\0');
    const meta = columns.find(c => c.meta_data?.path_in_schema.join('\0') === path)?.meta_data;
    if (!meta) throw new NotParquet(`a row group has no column "${part.join('.')}"`);
    const made = new ColumnChunk(this, this.elementsOf(meta), meta, Number(num_rows));
    this.chunks.set(key, made);
    for (const old of this.chunks.keys())
      if (this.chunks.size > mostChunks) this.chunks.delete(old);
    return made;
  }

  /** The elements of the schema on the way to a stored part, each with one child. */
  private elementsOf({ path_in_schema: [name, inner] }: ColumnMetaData): SchemaElement[] {
    const { schema } = this.metadata;
    const root = { ...schema[0], num_children: 1 };
    const at = this.topLevel(name);
    if (inner === undefined) return [root, schema[at]];
    const children = schema.slice(at + 1, at + 1 + (schema[at].num_children ?? 0));
    const leaf = children.find(child => child.name === inner);
    if (!leaf) throw new NotParquet('its footer is damaged');
    return [root, { ...schema[at], num_children: 1 }, leaf];
  }

  /** Position of a column in the schema, whose elements come depth first. */
  private topLevel(name: string): number {
    const { schema } = this.metadata;
    for (let at = 1; at < schema.length; ) {
      if (schema[at].name === name) return at;
      for (let left = 1; left > 0 && at < schema.length; at++)
        left += (schema[at].num_children ?? 0) - 1;
    }
    throw new NotParquet('its footer is damaged');
  }
}

/** What is said of a file that cannot be read. */
function problemOf(file: string, error: unknown): TransferLensError {
  if (error instanceof TransferLensError) return error;
  const known = error instanceof NotParquet;
  const damaged = error instanceof NotThrift || error instanceof ThriftEnds;
  const detail = known ? error.message : damaged ? 'its footer is damaged' : detailOf(error);
  return failure('dataset.notParquet', { file, detail }, error);
}
