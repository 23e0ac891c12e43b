import type { NextFacts } from './facts.js';

/** The part of a script in Python that reads the samples. */
export interface Part {
  /** Modules of the standard library, and of packages that have to be installed. */
  modules: string[];
  packages: string[];
  /** `samples`, pairs of a place or a text and a label; of images also `opened`, which makes an image of a place. */
  text: string;
}

/** A string of Python or JavaScript. JSON's are Python's, but for what lies beyond 16 bits, which neither escapes. */
export const quoted = (text: string): string => JSON.stringify(text);

/** A list of strings. */
export const strings = (list: readonly string[]): string => `[${list.map(quoted).join(', ')}]`;

/** What stands in a comment must not end it. */
const oneLine = (text: string): string => text.replace(/\p{Cc}|[\u2028\u2029]/gu, ' ');

/** Outputs of the new head. */
export function outputsOf({ dataset }: NextFacts): number {
  return dataset.targets?.length ?? dataset.classes.length;
}

/** What a script does and needs, for its head, each line behind what begins a comment. */
export function header(
  { intent, model, dataset }: NextFacts,
  needs: string,
  comment: '#' | '//' = '#',
): string {
  const what =
    intent === 'fineTune'
      ? `Fine-tunes all of ${model.name}`
      : `Trains a new head on ${model.name}, whose body stays as it is,`;
  const names = dataset.targets ?? dataset.classes;
  const more = names.length > 8 ? ', ...' : '';
  const kind = dataset.targets ? 'number' : names.length === 1 ? 'class' : 'classes';
  return [
    `${oneLine(what)} on ${oneLine(dataset.name)}: ${names.length} ${kind} (${oneLine(names.slice(0, 8).join(', '))}${more}).`,
    `Needs: ${needs}`,
    'A start: no augmentation and no search for better settings.',
  ]
    .map(line => `${comment} ${line}`)
    .join('\n');
}
