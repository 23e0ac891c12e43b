import type { ArrayFile } from '../arrays/array.js';
import type { DatasetOptions } from '../protocol/datasetOptions.js';
import type { Split } from '../protocol/found.js';
import { failure } from '../protocol/notice.js';
import { splitOf } from './imageFolder/names.js';
import { byCodePoint } from './listing.js';

/** Target classes of samples. */
export interface Labels {
  /** Names of the classes, in the order of their numbers. */
  classes: string[];
  labels: Int32Array;
}

/**
 * The classes that an array of labels holds: numbers by an array of names where there is one, otherwise each different value is a
 * class, named as it is written, in the order of numbers or of code points.
 */
export async function labelsOf(
  file: ArrayFile,
  array: string,
  names: string | null,
  options: DatasetOptions,
): Promise<Labels> {
  const values = await file.texts(array);
  const classes = names === null ? null : await file.texts(names);
  const indexes = values.map(Number);
  const whole = indexes.every(Number.isInteger);
  if (classes && whole) {
    const wrong = indexes.find(y => y < 0 || y >= classes.length);
    if (wrong !== undefined)
      throw failure('dataset.labelOutside', {
        ...{ file: file.path, label: wrong, names: classes.length, array: names ?? '' },
      });
    return { classes, labels: Int32Array.from(indexes) };
  }
  const numbers = indexes.every(y => !Number.isNaN(y));
  const different = new Set(values);
  if (numbers && !whole && !options.classes)
    throw failure('dataset.numberLabels', { file: file.path, array, count: different.size });
  return distinct(values);
}

/** Each different text is a class. */
export function distinct(values: readonly string[]): Labels {
  const names = [...new Set(values)];
  const numeric = names.every(name => name !== '' && Number.isFinite(Number(name)));
  names.sort(numeric ? (a, b) => Number(a) - Number(b) : byCodePoint);
  const labelOf = new Map(names.map((name, label) => [name, label]));
  return { classes: names, labels: Int32Array.from(values, name => labelOf.get(name) ?? 0) };
}

/**
 * Splits by an array of their names, or of whether a row is of the training split: the others are then the test split.
 * Null where a name is that of no split.
 */
export async function splitsOf(file: ArrayFile, array: string): Promise<Split[] | null> {
  const flags = { true: 'train', false: 'test' } as const;
  const isFlag = file.arrays.some(a => a.name === array && a.type === 'bool');
  const splits: Split[] = [];
  for (const value of await file.texts(array)) {
    const split = isFlag ? flags[value as 'true' | 'false'] : splitOf(value);
    if (!split) return null;
    splits.push(split);
  }
  return splits;
}
