import type { TableFile, TableFormat } from '../../protocol/datasetReading.js';

/** A value of a table as its format gives it; images and the like are objects. */
export type Cell = string | number | bigint | boolean | null | undefined | object;

/** Some consecutive records, column by column: cells of the columns that were asked for, in that order. */
export interface Records {
  length: number;
  columns: readonly ArrayLike<Cell>[];
}

/** The whole records of a piece of text. */
export interface TextRecords extends Records {
  /** Where each begins, in UTF-16 units; blank lines are none. */
  starts: readonly number[];
  /** Where the last one ends. */
  end: number;
}

/** A table on disk that is read in order once, and then record by record. */
export interface TableSource {
  /** Where it lies, for messages. */
  path: string;
  name: string;
  /** Folder that paths of images are relative to, and out of which none leads. */
  folder: string;
  /** Names of the columns. */
  columns: readonly string[];
  /**
   * All records in order, some at a time; afterwards `read` works. Images that the table holds itself are not read:
   * an object stands for each.
   */
  scan(wanted: readonly number[], signal?: AbortSignal): AsyncIterable<Records>;
  /**
   * Cells of one record, at once where they are at hand; -1 is wanted where there is no such column.
   * Throws a TransferLensError where it cannot be read.
   */
  read(record: number, wanted: readonly number[]): Promise<readonly Cell[]> | readonly Cell[];
  /** The file that a record is in. */
  fileOf(record: number): string;
  /** The bytes of a record in its file of text, half-open; left out where tables are no text. */
  bytesOf?(record: number): [from: number, to: number] | null;
  /** Folder that the paths of a record are relative to, where it is not `folder` but one below it. */
  folderOf?(record: number): string;
  /** Splits of records by the files that they are in, where file names say so. */
  splitOf?(record: number): 'train' | 'val' | 'test' | null;
  /** Names of a column's classes by number, where the format's metadata gives them. */
  classNames?(column: string): readonly string[] | null;
  /** Its files, where a script in another language can read them. */
  reading?: { format: TableFormat; files: TableFile[] } | null;
  /** Gives back what is held open. */
  close?(): Promise<void>;
}

/** Column of the names of samples, in layouts that have them. */
export const keyColumn = '__key__';

/** A cell as text, trimmed; null where it is empty. */
export function textOf(cell: Cell): string | null {
  if (cell === null || cell === undefined) return null;
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell).trim();
  return text === '' ? null : text;
}

/** A cell as a number; NaN where it is none. */
export function numberOf(cell: Cell): number {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'bigint' || typeof cell === 'boolean') return Number(cell);
  const text = textOf(cell);
  return text === null ? Number.NaN : Number(text);
}
