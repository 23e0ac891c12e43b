import { extname } from 'node:path';
import type { PredictionFile, PredictionRole } from '../protocol/predictionFile.js';
import { type ArrayInfo, isInteger, shapeOf } from './array.js';
import { openPredictionFile } from './open.js';
import {
  type Chosen,
  isList,
  isOneHot,
  isOutputs,
  isRows,
  predictionArrays,
} from './predictions.js';
import { chosenIn } from './sniff.js';

/** What the arrays of a file can be of a model's predictions, by types and shapes. */
export async function predictionFile(path: string): Promise<PredictionFile> {
  const file = await openPredictionFile(path);
  await file.close();
  const { arrays } = file;
  const rolesOf = (array: ArrayInfo): PredictionRole[] => [
    ...(isOutputs(array) ? (['outputs'] as const) : []),
    ...(isRows(array) ? (['features'] as const) : []),
    ...(isList(array) || isOneHot(array, array.shape[0]) ? (['labels'] as const) : []),
    ...(isList(array) && (array.type === 'text' || isInteger(array)) ? (['ids'] as const) : []),
  ];
  const found = (chosen: Chosen) => {
    const { outputs, features, labels, ids } = predictionArrays(arrays, chosen) ?? {};
    const all = Object.entries({ outputs, features, labels, ids });
    return Object.fromEntries(all.filter(([, name]) => typeof name === 'string'));
  };
  const taken = found((await chosenIn(path)) ?? {});
  const listed = arrays.map(array => ({
    name: array.name,
    roles: rolesOf(array),
    about: `${array.type} ${shapeOf(array)}`,
    rows: array.shape[0] ?? 0,
  }));
  return {
    arrays: listed.filter(({ roles }) => roles.length > 0),
    taken,
    named: found({}),
    open:
      taken.outputs === undefined &&
      taken.features === undefined &&
      arrays.some(isRows) &&
      (extname(path).toLowerCase() !== '.safetensors' || !areWeights(arrays)),
  };
}

/** Whether arrays are those of a network, as most files of tensors are: not a row for each sample, or called weights. */
function areWeights(arrays: readonly ArrayInfo[]): boolean {
  const rows = new Set(arrays.map(({ shape }) => shape[0]));
  return rows.size > 1 || arrays.some(({ name }) => /(weight|bias)s?$/i.test(name));
}
