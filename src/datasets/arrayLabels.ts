import type { ArrayFile } from '../arrays/array.js';
import { labelTexts } from '../arrays/labels.js';
import type { DatasetOptions } from '../protocol/datasetOptions.js';
import type { Split } from '../protocol/found.js';
import { ClassLabels, Groups } from './classLabels.js';
import type { Dataset } from './dataset.js';
import { splitOf } from './imageFolder/names.js';

type Labelled = Pick<Dataset, 'classes' | 'labels' | 'groups' | 'numbers'> & { numbered: boolean };

/** A file and which arrays of it are about a part of the samples. */
export interface LabelledPart {
  file: ArrayFile;
  labels: string;
  groups: string | null;
}

/**
 * Labels of samples in one or several parts, one after the other: classes, or numbers where the user chose arrays of them.
 * @param names of the classes by number, where something gives them
 */
export async function labelsOf(
  parts: readonly LabelledPart[],
  options: DatasetOptions,
  names: readonly string[] | null,
): Promise<Labelled> {
  const path = parts[0].file.path;
  const groups = new Groups();
  const classes = new ClassLabels();
  const targets: Float64Array[] = [];
  for (const { file, labels, groups: of } of parts) {
    if (options.targets.length === 0)
      for (const label of await labelTexts(file, labels)) classes.add(label);
    if (of !== null) for (const group of await file.texts(of)) groups.add(group);
    if (options.targets.length > 0) targets.push(await numbersOf(file, options.targets));
  }
  const own = parts.every(part => part.groups !== null) ? groups.values() : null;
  if (targets.length > 0) {
    const values = Float64Array.from(targets.flatMap(part => Array.from(part)));
    const count = values.length / options.targets.length;
    const numbers = { names: options.targets, values };
    return { classes: [], labels: new Int32Array(count), groups: own, numbers, numbered: false };
  }
  return { ...classes.done(path, parts[0].labels, options, names), groups: own };
}

/** Arrays of one number for each sample, side by side: float64 [samples, arrays]. */
async function numbersOf(file: ArrayFile, names: readonly string[]): Promise<Float64Array> {
  const columns = await Promise.all(names.map(name => file.texts(name)));
  const rows = columns[0].length;
  return Float64Array.from({ length: rows * names.length }, (_, i) =>
    Number(columns[i % names.length][Math.floor(i / names.length)]),
  );
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
