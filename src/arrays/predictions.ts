import { basename, dirname, extname } from 'node:path';
import { type ArrayInfo, isFloat, isInteger } from './array.js';

/** Which arrays of a file are the predictions of a model, and what goes with them. */
export interface PredictionArrays {
  /** Probabilities or logits, [rows, source classes]. */
  outputs: string | null;
  /** Penultimate features, [rows, dimension]. */
  features: string | null;
  /** Target class of each row. */
  labels: string | null;
  /** Sample id of each row. */
  ids: string | null;
  /** Names of the target classes, where `labels` are numbers. */
  classes: string | null;
  /** Split of each row: its name, or whether it is of the training split. */
  split: string | null;
}

/** The usual names, lower case, the strongest first. */
export const usualNames = {
  outputs: ['probs', 'probabilities', 'logits'],
  features: ['features', 'embeddings', 'feats', 'penultimate'],
  labels: ['labels', 'y', 'label', 'targets', 'target'],
  ids: ['ids', 'id', 'sample_ids', 'filenames', 'paths'],
  classes: ['classes', 'class_names'],
  split: ['split', 'splits', 'train', 'is_train'],
} satisfies Record<keyof PredictionArrays, string[]>;

/** Names of arrays by what a user says of them; null for none. */
export type Chosen = { [role in keyof PredictionArrays]?: string | null };

/**
 * The predictions among some arrays: those of the usual names, or those that were chosen. Null where there are none: neither
 * outputs nor features that hold a row of real numbers for each sample.
 */
export function predictionArrays(
  arrays: readonly ArrayInfo[],
  chosen: Chosen = {},
): PredictionArrays | null {
  const find = (role: keyof PredictionArrays, fits: (array: ArrayInfo) => boolean) => {
    const wanted = chosen[role];
    if (wanted === null) return null;
    if (wanted !== undefined) return wanted;
    for (const name of usualNames[role]) {
      const array = arrays.find(a => a.name.toLowerCase() === name && fits(a));
      if (array) return array.name;
    }
    return null;
  };
  const outputs = find('outputs', isRows);
  const features = find('features', isRows);
  if (outputs === null && features === null) return null;
  // Features beside what they were made of are columns of a dataset.
  if (outputs === null && chosen.features === undefined && holdsInputs(arrays)) return null;
  const named = arrays.find(a => a.name === (outputs ?? features));
  const n = named?.shape[0];
  const perRow = (array: ArrayInfo) => isList(array) && array.shape[0] === n;
  return {
    outputs,
    features,
    labels: find('labels', perRow),
    ids: find('ids', perRow),
    classes: find('classes', array => isList(array) && array.type === 'text'),
    split: find('split', a => perRow(a) && (a.type === 'text' || a.type === 'bool')),
  };
}

/** Whether what a file holds is data for a model, not what a model made of them: images beside labels. */
function holdsInputs(arrays: readonly ArrayInfo[]): boolean {
  return arrays.some(({ name }) =>
    /^(x|images?|pixels|data|inputs?)(_?(train|test|val))?$/i.test(name),
  );
}

/** [rows, columns] of real numbers. */
function isRows(array: ArrayInfo): boolean {
  return array.shape.length === 2 && isFloat(array);
}

/** A value for each row. */
function isList(array: ArrayInfo): boolean {
  const { shape, type } = array;
  const flat = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  return flat && (type === 'text' || isInteger(array) || isFloat(array));
}

/** What the name of an array says of the outputs in it: logits, or nothing, so that their values have to. */
export function kindOf(outputs: string): 'logits' | null {
  return /logit/i.test(outputs) ? 'logits' : null;
}

/** Shown name of a file of predictions: `resnet.npz` is "resnet"; `resnet/predictions.npz` and `resnet/probs.npy` too. */
export function predictionsName(path: string): string {
  const stem = basename(path, extname(path)).replace(/[-_.]?(probs|probabilities|logits)$/i, '');
  return /^(predictions?|preds|outputs?)?$/i.test(stem) ? basename(dirname(path)) : stem;
}
