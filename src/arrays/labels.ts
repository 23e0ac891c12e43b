import { failure } from '../protocol/notice.js';
import { type ArrayFile, rowSize } from './array.js';

/** Rows that are looked at at once. */
const blockRows = 4096;

/**
 * The label of each row as it would be printed; of one-hot rows the number of their class.
 * @throws TransferLensError that names the file and the array, where a row has no label, or several
 */
export async function labelTexts(file: ArrayFile, name: string): Promise<string[]> {
  const array = file.arrays.find(a => a.name === name);
  const columns = array ? rowSize(array) : 1;
  if (!array || columns === 1) {
    const texts = await file.texts(name);
    const row = array?.type.startsWith('float') ? texts.indexOf('NaN') : -1;
    if (row >= 0) throw failure('arrays.noLabel', { file: file.path, array: name, row });
    return texts;
  }
  const texts: string[] = [];
  const [rows] = array.shape;
  for (let from = 0; from < rows; from += blockRows) {
    const values = await file.numbers(name, from, Math.min(rows, from + blockRows));
    for (let at = 0; at < values.length; at += columns) {
      const row = values.subarray(at, at + columns);
      const label = row.indexOf(1);
      if (label < 0 || row.some((value, column) => column !== label && value !== 0)) {
        const params = { file: file.path, array: name, row: texts.length, columns };
        throw failure('arrays.notOneHot', params);
      }
      texts.push(String(label));
    }
  }
  return texts;
}
