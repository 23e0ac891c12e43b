import type { Split } from '../../protocol/found.js';

const image = /\.(png|jpe?g|jfif|webp|gif|tiff?)$/i;

/** Whether a file's name says that it is an image that can be decoded here. */
export function isImage(name: string): boolean {
  return image.test(name);
}

/** Splits in the order in which their samples come. */
export const splitOrder: readonly Split[] = ['train', 'val', 'test'];

const splitNames: Record<string, Split> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'test',
  testing: 'test',
};

/** The split that a folder's name stands for, or null. */
export function splitOf(name: string): Split | null {
  const lower = name.toLowerCase();
  return Object.hasOwn(splitNames, lower) ? splitNames[lower] : null;
}

/**
 * Whether folders of these names may be splits: with training data, or two different ones.
 * A single `test` is what half of all source trees have.
 */
export function mayBeSplits(names: readonly string[]): boolean {
  const found = new Set(names.map(splitOf));
  found.delete(null);
  return found.has('train') || found.size > 1;
}
