import { basename, join } from 'node:path';
import type { Split } from '../../protocol/found.js';
import { failure } from '../../protocol/notice.js';
import type { Cell, Records, TableSource } from './source.js';

/** One table of each split as one: `train/metadata.csv`, `test/metadata.csv`. */
export class JoinedTables implements TableSource {
  readonly name: string;
  readonly columns: readonly string[];
  readonly reading: TableSource['reading'];
  /** First record of each table that was begun. */
  private starts: number[] = [];

  /** @param tables at least one, whose columns are those of the first in any order */
  constructor(
    readonly path: string,
    readonly folder: string,
    private readonly tables: readonly { table: TableSource; split: Split; folder: string }[],
  ) {
    this.name = basename(path);
    const [first] = tables;
    this.columns = first.table.columns;
    const readings = tables.map(one => one.table.reading?.format);
    const [format] = readings;
    const alike = readings.every(one => JSON.stringify(one) === JSON.stringify(format));
    this.reading =
      format && alike
        ? {
            format,
            files: tables.map(one => ({
              ...{ path: one.table.path, folder: join(folder, one.folder), split: one.split },
            })),
          }
        : null;
    for (const { table } of tables)
      if ([...table.columns].sort().join('\n') !== [...this.columns].sort().join('\n'))
        throw failure('dataset.otherColumns', { file: table.path, other: first.table.path });
  }

  async *scan(wanted: readonly number[], signal?: AbortSignal): AsyncGenerator<Records> {
    this.starts = [0];
    for (const [t, { table }] of this.tables.entries()) {
      let n = this.starts[t];
      for await (const records of table.scan(this.inTable(t, wanted), signal)) {
        n += records.length;
        yield records;
      }
      this.starts.push(n);
    }
  }

  read(record: number, wanted: readonly number[]): readonly Cell[] | Promise<readonly Cell[]> {
    const t = this.tableOf(record);
    const own = this.inTable(t, wanted);
    return this.tables[t].table.read(record - this.starts[t], own);
  }

  fileOf(record: number): string {
    return this.tables[this.tableOf(record)].table.path;
  }

  bytesOf(record: number): [number, number] | null {
    const t = this.tableOf(record);
    return this.tables[t].table.bytesOf?.(record - this.starts[t]) ?? null;
  }

  splitOf(record: number): Split {
    return this.tables[this.tableOf(record)].split;
  }

  folderOf(record: number): string {
    return join(this.folder, this.tables[this.tableOf(record)].folder);
  }

  private tableOf(record: number): number {
    let t = Math.min(this.starts.length, this.tables.length) - 1;
    while (t > 0 && this.starts[t] > record) t--;
    return t;
  }

  /** Where columns of the first table stand in another. */
  private inTable(t: number, wanted: readonly number[]): number[] {
    const { columns } = this.tables[t].table;
    return wanted.map(c => columns.indexOf(this.columns[c]));
  }
}
