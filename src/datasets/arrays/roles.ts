import { type ArrayFile, type ArrayInfo, isFloat, isInteger } from '../../arrays/array.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import type { Split } from '../../protocol/found.js';
import { splitOf } from '../imageFolder/names.js';

/** What an array is for. */
export type ArrayRole = 'samples' | 'labels' | 'ids' | 'groups' | 'classes';

const names: Record<ArrayRole, RegExp> = {
  samples: /^(x|xs|images?|imgs?|pixels|data|inputs?|samples)$/,
  labels: /^(y|ys|labels?|targets?|classes|classids?|fine_labels)$/,
  ids: /^(ids?|filenames|paths|sample_ids)$/,
  groups: /^(groups?|patients?|patient_ids?|subjects?|scenes?|videos?)$/,
  classes: /^(class_names|classnames|label_names|target_names|names)$/,
};

/** The role and the split that an array's name tells: `x_train`, `test_images`, `val/labels`, `y`. */
export function roleOf(name: string): { role: ArrayRole; split: Split | null } | null {
  const lower = name.toLowerCase();
  const splitName = '(train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?)';
  const [, before, afterFirst] = new RegExp(`^${splitName}[-_./]?(.+)$`).exec(lower) ?? [];
  const [, beforeLast, after] = new RegExp(`^(.+?)[-_./]?${splitName}$`).exec(lower) ?? [];
  const candidates: [string, Split | null][] = [];
  if (before) candidates.push([afterFirst, splitOf(before)]);
  if (after) candidates.push([beforeLast, splitOf(after)]);
  // Groups of a file only matter by their last part: `dataset/images`.
  candidates.push([lower, null]);
  for (const [stem, split] of candidates)
    for (const [role, pattern] of Object.entries(names))
      if (pattern.test(stem.replace(/^.*\//, ''))) return { role: role as ArrayRole, split };
  return null;
}

/** One split of the samples (or all of them): which arrays they are in. */
export interface ArrayPart {
  split: Split | null;
  samples: ArrayInfo;
  labels: ArrayInfo;
  ids: string | null;
  groups: string | null;
}

/** A split of the samples, or all of them: an array with a row for each, and which array has their labels. */
export interface SamplePart {
  split: Split | null;
  file: ArrayFile;
  samples: ArrayInfo;
  /** Where the labels are: the same file, or one of their own. */
  labelFile: ArrayFile;
  labels: string;
  ids: string | null;
  groups: string | null;
}

const order: (Split | null)[] = [null, 'train', 'val', 'test'];

/**
 * Which arrays of a file are samples and which their labels, by what the user chose, by their names, or, where there are only two,
 * by their shapes. Empty where that cannot be told.
 */
export function partsOf(
  arrays: readonly ArrayInfo[],
  { columns }: Pick<DatasetOptions, 'columns'>,
): { parts: ArrayPart[]; classes: string | null } {
  const named = arrays.flatMap(array => {
    const found = roleOf(array.name);
    return found ? [{ array, ...found }] : [];
  });
  const find = (role: ArrayRole, split: Split | null, chosen: string | undefined) =>
    chosen === undefined
      ? named.find(a => a.role === role && a.split === split && fits(role, a.array))?.array
      : arrays.find(a => a.name === chosen);
  const parts: ArrayPart[] = [];
  for (const split of order) {
    const samples = find('samples', split, split === null ? columns.image : undefined);
    const labels = find('labels', split, split === null ? columns.label : undefined);
    if (!samples || !labels || samples === labels || samples.shape[0] !== labels.shape[0]) continue;
    const perRow = (role: 'ids' | 'groups', chosen?: string) => {
      const array = find(role, split, chosen);
      return array && array.shape[0] === samples.shape[0] ? array.name : null;
    };
    const ids = perRow('ids', columns.id);
    parts.push({ split, samples, labels, ids, groups: perRow('groups', columns.group) });
    // Samples that are of no split are all there are.
    if (split === null) break;
  }
  if (parts.length === 0) parts.push(...byShape(arrays));
  return { parts, classes: find('classes', null, undefined)?.name ?? null };
}

/** Of two arrays of equal length, the one of whole numbers or texts of one axis is the labels. */
function byShape(arrays: readonly ArrayInfo[]): ArrayPart[] {
  if (arrays.length !== 2 || arrays[0].shape[0] !== arrays[1].shape[0]) return [];
  const labels = arrays.find(a => isFlat(a) && !isFloat(a));
  const samples = arrays.find(a => a !== labels && a.shape.length > 1);
  if (!labels || !samples || samples.type === 'text') return [];
  return [{ split: null, samples, labels, ids: null, groups: null }];
}

function fits(role: ArrayRole, array: ArrayInfo): boolean {
  if (role === 'samples') return array.shape.length > 1 && (isFloat(array) || isInteger(array));
  if (role === 'classes') return array.shape.length === 1 && array.type === 'text';
  return isFlat(array) && array.type !== 'object';
}

/** One value for each row. */
export function isFlat({ shape }: ArrayInfo): boolean {
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1);
}
