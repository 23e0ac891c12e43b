import { detailOf, failure } from '../protocol/notice.js';
import { type ArrayFile, type ArrayInfo, type Numbers, rowSize } from './array.js';
import { BlockCache } from './blockCache.js';
import { printed } from './items.js';

/** The values of one column in one group of rows: rows of equal length one after the other, or texts. */
export type ColumnBlock = Numbers | string[];

/** A file of columns whose rows come in groups, each of which is read as a whole. */
export interface GroupedColumns {
  arrays: readonly ArrayInfo[];
  /** Rows of each group, and bytes of the group when it is decoded. */
  groups: readonly { rows: number; bytes: number }[];
  /** Decodes a column of a group; throws the library's own errors. */
  read(array: ArrayInfo, group: number): Promise<ColumnBlock>;
  close(): Promise<void>;
}

/** More than this of one group in memory costs too much for a single row. */
const mostGroupBytes = 1e9;
/** Groups kept decoded: features and outputs of the same rows, and the next ones. */
const keptGroups = 4;

/** Columns of a Parquet or an Arrow file as arrays. */
export class ColumnArrays implements ArrayFile {
  readonly files: readonly string[];
  readonly arrays: readonly ArrayInfo[];
  private readonly starts: number[] = [];
  private readonly blocks = new BlockCache<ColumnBlock>(keptGroups);

  constructor(
    readonly path: string,
    private readonly columns: GroupedColumns,
  ) {
    this.files = [path];
    this.arrays = columns.arrays;
    let start = 0;
    for (const { rows } of columns.groups) {
      this.starts.push(start);
      start += rows;
    }
  }

  async numbers(name: string, from: number, to: number): Promise<Numbers> {
    const info = this.named(name);
    if (info.type === 'text' || info.type === 'object') throw this.noNumbers(info);
    const size = rowSize(info);
    const [first, ...others] = await this.parts(info, from, to);
    if (others.length === 0) return first as Numbers;
    const values = new Float64Array((to - from) * size);
    let at = 0;
    for (const part of [first, ...others] as Numbers[]) {
      values.set(part, at);
      at += part.length;
    }
    return values;
  }

  async texts(name: string): Promise<string[]> {
    const info = this.named(name);
    if (info.type === 'object' || rowSize(info) !== 1) throw this.noNumbers(info);
    const texts: string[] = [];
    for (const part of await this.parts(info, 0, info.shape[0]))
      for (const value of part)
        texts.push(typeof value === 'string' ? value : printed(value, info.type));
    return texts;
  }

  close(): Promise<void> {
    return this.columns.close();
  }

  private named(name: string): ArrayInfo {
    const info = this.arrays.find(a => a.name === name);
    if (!info) throw new Error(`${this.path} has no column ${name}`);
    return info;
  }

  private noNumbers({ name }: ArrayInfo): Error {
    return failure('arrays.objects', { file: this.path, array: name });
  }

  /** What lies between two rows, group by group. */
  private async parts(info: ArrayInfo, from: number, to: number): Promise<ColumnBlock[]> {
    const size = rowSize(info);
    const found: ColumnBlock[] = [];
    for (const [group, { rows, bytes }] of this.columns.groups.entries()) {
      const start = this.starts[group];
      if (start + rows <= from || start >= to) continue;
      if (bytes > mostGroupBytes)
        throw failure('arrays.group', { file: this.path, size: Math.round(bytes / 1e6) });
      const block = await this.block(info, group);
      if (block.length !== rows * size)
        throw failure('arrays.ragged', { file: this.path, array: info.name });
      const [a, b] = [Math.max(from, start) - start, Math.min(to, start + rows) - start];
      found.push(a === 0 && b === rows ? block : block.slice(a * size, b * size));
    }
    return found;
  }

  private async block(info: ArrayInfo, group: number): Promise<ColumnBlock> {
    try {
      return await this.blocks.get(`${info.name} ${group}`, () => this.columns.read(info, group));
    } catch (error) {
      throw failure(
        'arrays.damaged',
        { file: this.path },
        new Error(detailOf(error), { cause: error }),
      );
    }
  }
}
