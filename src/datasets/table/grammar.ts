import type { TableFormat } from '../../protocol/datasetReading.js';
import { failure } from '../../protocol/notice.js';
import { delimitedRecords, headerOf, recordEnds } from './delimited.js';
import { jsonRecords, objectOf } from './jsonLines.js';
import type { TextRecords } from './source.js';

/** How records of a text file are told apart and parsed. */
export interface Grammar {
  format: TableFormat;
  columns: readonly string[];
  /** Where the first record begins, in bytes. */
  start: number;
  /**
   * Whole records of a piece of the file, cells of the columns that are wanted; -1 where there is no such column.
   * Throws where it is no table.
   * @param last the piece ends with its last record; otherwise one that is not whole is left out
   */
  records(text: string, wanted: readonly number[], last: boolean): TextRecords;
}

/** What a file's first bytes, and its name, tell of how it is to be read. Throws where it is no text, or no table. */
export function grammarOf(path: string, head: Uint8Array): Grammar {
  if (head[0] === 0xff || head[0] === 0xfe) throw failure('dataset.notUtf8', { file: path });
  const mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const text = decode(path, head.subarray(mark), true);
  if (text.trim() === '') throw failure('dataset.emptyTable', { file: path });
  if (/\.(jsonl|ndjson)$/i.test(path)) return jsonLines(path, text.trimStart(), mark);
  const { starts, ends } = recordEnds(text, ',;\t|', true);
  const start = mark + Buffer.byteLength(text.slice(0, ends[0]));
  return delimited(path, text.slice(starts[0], ends[0]), start);
}

function jsonLines(path: string, text: string, start: number): Grammar {
  const [first] = text.split('\n', 1);
  const columns = Object.keys(objectOf(path, first));
  return {
    ...{ format: 'jsonLines', columns, start },
    records: (text, wanted) =>
      jsonRecords(
        path,
        text,
        wanted.map(c => (c < 0 ? null : columns[c])),
      ),
  };
}

function delimited(path: string, first: string, start: number): Grammar {
  const { delimiter, columns } = headerOf(first);
  if (columns.length < 2) throw failure('dataset.notTable', { file: path });
  return {
    format: { delimiter },
    columns: columns.map(name => name.trim()),
    start,
    records: (text, wanted, last) => delimitedRecords(text, delimiter, wanted, last),
  };
}

/** Bytes as text, a mark at its beginning included. @param more whether the bytes may end within a letter */
export function decode(file: string, bytes: Uint8Array, more = false): string {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes, { stream: more });
  } catch (error) {
    throw failure('dataset.notUtf8', { file }, error);
  }
}
