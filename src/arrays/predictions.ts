import { basename, dirname, extname } from 'node:path';
import { type ArrayInfo, isFloat, isInteger } from './array.js';

/** Which arrays of a file are the predictions of a model, and what goes with them. */
export interface PredictionArrays {
  /** Probabilities or logits, [rows, source classes], or of a binary classifier [rows]. */
  outputs: string | null;
  /** Penultimate features, [rows, dimension]. */
  features: string | null;
  /** Target class of each row: its number or name, or the number as a one-hot row. */
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
  outputs: ['probs', 'probabilities', 'logits', 'log_probs', 'logprobs'],
  features: ['features', 'embeddings', 'feats', 'penultimate'],
  labels: ['labels', 'y', 'label', 'targets', 'target', 'label_ids', 'y_true'],
  ids: ['ids', 'id', 'sample_ids', 'filenames', 'paths'],
  classes: ['classes', 'class_names'],
  split: ['split', 'splits', 'train', 'is_train'],
} satisfies Record<keyof PredictionArrays, string[]>;

/** Names of outputs that other arrays have too: they count where they are rows of real numbers, and no inputs lie beside them. */
const looseNames = ['predictions', 'preds', 'y_prob', 'y_pred', 'outputs', 'softmax'];

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
  const find = (
    role: keyof PredictionArrays,
    fits: (array: ArrayInfo) => boolean,
    names: readonly string[] = usualNames[role],
  ) => {
    const wanted = chosen[role];
    if (wanted === null) return null;
    if (wanted !== undefined) return wanted;
    for (const name of names) {
      const array = arrays.find(a => a.name.toLowerCase() === name && fits(a));
      if (array) return array.name;
    }
    return null;
  };
  // What has the name of outputs and cannot be read as such is still meant, so that opening it can say what is wrong.
  const outputs =
    find('outputs', isOutputs) ??
    (holdsInputs(arrays) ? null : find('outputs', isRows, looseNames)) ??
    find('outputs', () => true);
  const features =
    find('features', isRows) ?? (outputs === null ? null : find('features', isFloat));
  if (outputs === null && features === null) return null;
  // Features beside what they were made of are columns of a dataset.
  if (outputs === null && chosen.features === undefined && holdsInputs(arrays)) return null;
  const named = arrays.find(a => a.name === (outputs ?? features));
  const n = named?.shape[0];
  const perRow = (array: ArrayInfo) => isList(array) && array.shape[0] === n;
  // A column of pandas is saved as Python objects: it is meant, and reading it says what to do.
  const objects = (role: 'labels' | 'ids') =>
    find(role, ({ type, shape }) => type === 'object' && shape.length === 1 && shape[0] === n);
  return {
    outputs,
    features,
    labels: find('labels', array => perRow(array) || isOneHot(array, n)) ?? objects('labels'),
    ids: find('ids', perRow) ?? objects('ids'),
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

/** [rows, columns] of real numbers; axes of length one between or behind them do not count. */
export function isRows(array: ArrayInfo): boolean {
  const { shape } = array;
  const wide = shape.slice(1).filter(length => length !== 1).length;
  return shape.length > 1 && (wide === 1 || (wide === 0 && shape.length === 2)) && isFloat(array);
}

/** As rows, or one real number for each sample: what a binary classifier gives. */
export function isOutputs(array: ArrayInfo): boolean {
  return isRows(array) || (array.shape.length === 1 && isFloat(array));
}

/** [rows, classes], which may be one-hot: only its values tell. */
export function isOneHot(array: ArrayInfo, rows: number | undefined): boolean {
  const isNumber = isInteger(array) || isFloat(array);
  return array.shape.length === 2 && array.shape[0] === rows && array.shape[1] > 1 && isNumber;
}

/** A value for each row. */
export function isList(array: ArrayInfo): boolean {
  const { shape, type } = array;
  const flat = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  return flat && (type === 'text' || isInteger(array) || isFloat(array));
}

/** What the name of an array says of the outputs in it: logits, or nothing, so that their values have to. */
export function kindOf(outputs: string): 'logits' | null {
  return /logit|log_?prob/i.test(outputs) ? 'logits' : null;
}

/** Whether the name of an array says that it holds probabilities, so that other values are a mistake. */
export function areProbabilities(outputs: string): boolean {
  return /^prob(s|abilities)$/i.test(outputs);
}

/** Shown name of a file of predictions: `resnet.npz` is "resnet"; `resnet/predictions.npz` and `resnet/probs.npy` too. */
export function predictionsName(path: string): string {
  const stem = basename(path, extname(path)).replace(/[-_.]?(probs|probabilities|logits)$/i, '');
  return /^(predictions?|preds|outputs?)?$/i.test(stem) ? basename(dirname(path)) : stem;
}
