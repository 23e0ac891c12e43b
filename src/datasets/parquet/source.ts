import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Split } from '../../protocol/found.js';
import { detailOf, failure, throwIfCancelled } from '../../protocol/notice.js';
import { splitOf } from '../imageFolder/names.js';
import type { Cell, Records, TableSource } from '../table/source.js';
import { openBytes } from './bytes.js';

/** A row group is decoded as a whole; of larger ones a single record would cost too much. */
const mostGroupBytes = 1e9;
/** Row groups that are kept decoded: records are asked for nearly in order. */
const keptGroups = 2;

/** Rows of one row group of one file. */
interface Group {
  file: ParquetFile;
  /** Record of the whole table that it begins with. */
  start: number;
  rows: number;
  /** First row within the file. */
  offset: number;
  bytes: number;
}

interface ParquetFile {
  path: string;
  buffer: AsyncBuffer;
  metadata: FileMetaData;
  split: Split | null;
}

/** One Parquet file, or the shards of one table. */
export class ParquetTable implements TableSource {
  readonly columns: readonly string[];
  private readonly groups: Group[] = [];
  private readonly decoded = new Map<string, Promise<Records>>();

  private constructor(
    readonly path: string,
    private readonly files: readonly ParquetFile[],
  ) {
    this.columns = columnsOf(files[0].metadata);
    let start = 0;
    for (const file of files) {
      let offset = 0;
      for (const { num_rows, columns } of file.metadata.row_groups) {
        const rows = Number(num_rows);
        const bytes = columns.reduce(
          (sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0),
          0,
        );
        this.groups.push({ file, start, rows, offset, bytes });
        start += rows;
        offset += rows;
      }
    }
  }

  /** Opens files as one table, in their order; their columns must be the same. */
  static async open(path: string, files: readonly string[]): Promise<ParquetTable> {
    const opened: ParquetFile[] = [];
    for (const file of files) {
      const one = await openFile(file);
      const [first] = opened;
      if (first && columnsOf(first.metadata).join('\0') !== columnsOf(one.metadata).join('\0'))
        throw failure('dataset.otherColumns', { file, other: first.path });
      opened.push(one);
    }
    return new ParquetTable(path, opened);
  }

  /** Number of records. */
  get size(): number {
    const last = this.groups.at(-1);
    return last ? last.start + last.rows : 0;
  }

  /** The first records, all columns. */
  async head(count: number): Promise<Records> {
    const [first] = this.groups;
    if (!first) return [];
    return this.rows(first, this.columns, Math.min(count, first.rows));
  }

  embeds(column: number): boolean {
    const name = this.columns[column];
    const schema = parquetSchema(this.files[0].metadata);
    const field = schema.children.find(({ element }) => element.name === name);
    // A struct, or bytes that are no text.
    return (
      field !== undefined &&
      (field.children.length > 0 ||
        (field.element.type === 'BYTE_ARRAY' && field.element.converted_type !== 'UTF8'))
    );
  }

  classNames(column: string): readonly string[] | null {
    for (const { key, value } of this.files[0].metadata.key_value_metadata ?? []) {
      if (key !== 'huggingface' || !value) continue;
      try {
        const { names } = JSON.parse(value).info.features[column];
        if (Array.isArray(names) && names.every(name => typeof name === 'string')) return names;
      } catch {
        // Another kind of feature, or another program's key.
      }
    }
    return null;
  }

  async *scan(wanted: readonly number[], signal?: AbortSignal): AsyncGenerator<Records> {
    const names = wanted.flatMap(c => this.columns[c] ?? []);
    for (const group of this.groups) {
      throwIfCancelled(signal);
      const rows = await this.rows(group, names, group.rows);
      yield rows.map(row => {
        let at = 0;
        return wanted.map(c => (this.columns[c] === undefined ? undefined : row[at++]));
      });
    }
  }

  async read(record: number, wanted: readonly number[]): Promise<readonly Cell[]> {
    const group = this.groupOf(record);
    const names = wanted.flatMap(c => this.columns[c] ?? []);
    const key = `${group.start} ${names.join('\0')}`;
    let rows = this.decoded.get(key);
    if (!rows) {
      rows = this.rows(group, names, group.rows);
      this.decoded.set(key, rows);
      const [oldest] = this.decoded.keys();
      if (this.decoded.size > keptGroups) this.decoded.delete(oldest);
    }
    const row = (await rows)[record - group.start];
    let at = 0;
    return wanted.map(c => (this.columns[c] === undefined ? undefined : row[at++]));
  }

  fileOf(record: number): string {
    return this.groupOf(record).file.path;
  }

  splitOf(record: number): Split | null {
    return this.groupOf(record).file.split;
  }

  private groupOf(record: number): Group {
    let low = 0;
    let high = this.groups.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.groups[middle].start <= record) low = middle;
      else high = middle - 1;
    }
    return this.groups[low];
  }

  /** Rows of a group from its first on; cells in the order of the names. */
  private async rows(
    { file, offset, bytes }: Group,
    names: readonly string[],
    count: number,
  ): Promise<Records> {
    if (bytes > mostGroupBytes)
      throw failure('dataset.parquetGroup', { file: file.path, size: Math.round(bytes / 1e6) });
    const unique = [...new Set(names)];
    if (unique.length === 0) return Array.from({ length: count }, () => []);
    try {
      const objects = await parquetReadObjects({
        ...{ file: file.buffer, metadata: file.metadata, compressors, columns: unique },
        ...{ rowStart: offset, rowEnd: offset + count, utf8: false },
      });
      return objects.map(object => names.map(name => object[name] as Cell));
    } catch (error) {
      throw damaged(file.path, error);
    }
  }
}

async function openFile(path: string): Promise<ParquetFile> {
  const info = await stat(path).catch(error => {
    throw failure('dataset.fileUnreadable', { file: path, detail: detailOf(error) }, error);
  });
  const buffer = openBytes(path, info.size);
  try {
    const metadata = await parquetMetadataAsync(buffer);
    const [name] = basename(path).split(/[-_.]/);
    return { path, buffer, metadata, split: splitOf(name) };
  } catch (error) {
    throw damaged(path, error);
  }
}

function columnsOf(metadata: FileMetaData): string[] {
  return parquetSchema(metadata).children.map(({ element }) => element.name);
}

function damaged(file: string, error: unknown): Error {
  return failure('dataset.notParquet', { file, detail: detailOf(error).slice(0, 200) }, error);
}
