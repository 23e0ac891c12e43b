import { detailOf, failure } from '../../protocol/notice.js';
import type { Cell, TextRecords } from './source.js';

/**
 * Records of JSON Lines: an object a line, without blank lines. Throws a TransferLensError where a line is none.
 * @param names of the values to keep; null where there is no such column
 */
export function jsonRecords(
  file: string,
  text: string,
  names: readonly (string | null)[],
): TextRecords {
  const columns: Cell[][] = names.map(() => []);
  const starts: number[] = [];
  for (let at = 0, next = 0; at < text.length; at = next) {
    next = text.indexOf('\n', at) + 1 || text.length;
    const line = text.slice(at, next);
    if (line.trim() === '') continue;
    const object = objectOf(file, line);
    starts.push(at);
    for (let c = 0; c < names.length; c++) {
      const name = names[c];
      columns[c].push(name === null ? null : object[name]);
    }
  }
  return { length: starts.length, columns, starts, end: text.length };
}

/** The object that a line is. */
export function objectOf(file: string, line: string): Record<string, Cell> {
  try {
    const value = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw failure('dataset.notJsonLines', { file, detail: detailOf(error) }, error);
  }
  throw failure('dataset.notJsonLines', { file, detail: 'a line is no object' });
}
