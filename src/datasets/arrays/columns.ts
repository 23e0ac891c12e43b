import { type ArrayInfo, isFloat, isInteger, shapeOf } from '../../arrays/array.js';
import type { AskedRole, DatasetColumns } from '../../protocol/datasetColumns.js';
import { type DatasetOptions, noOptions } from '../../protocol/datasetOptions.js';
import { type ArrayPart, isFlat, partsOf, roleOf } from './roles.js';

/** What the arrays of a file can be, by their shapes: labels go with samples of as many rows. */
export function columnsOfArrays(
  arrays: readonly ArrayInfo[],
  { columns: chosen }: DatasetOptions,
): DatasetColumns {
  const rowsOf = ({ shape }: ArrayInfo) => shape[0] ?? 0;
  const mayBeSamples = (array: ArrayInfo) => {
    const axes = array.shape.length;
    return axes > 1 && axes < 5 && (isFloat(array) || isInteger(array));
  };
  const mayBeLabels = (array: ArrayInfo) =>
    array.type !== 'object' &&
    // Rows may be one-hot.
    (isFlat(array) || array.shape.length === 2) &&
    arrays.some(a => a !== array && mayBeSamples(a) && rowsOf(a) === rowsOf(array));
  const labels = arrays.filter(mayBeLabels);
  const samples = arrays.filter(
    array => mayBeSamples(array) && labels.some(a => a !== array && rowsOf(a) === rowsOf(array)),
  );
  const [part] = partsOf(arrays, { columns: chosen }).parts;
  const named = (role: 'labels' | 'samples', among: readonly ArrayInfo[]) =>
    among.find(({ name }) => roleOf(name)?.role === role)?.name;
  const taken: DatasetColumns['taken'] = part
    ? { label: part.labels.name, image: part.samples.name }
    : { label: named('labels', labels.filter(isFlat)), image: named('samples', samples) };
  const order = (array: ArrayInfo) => Number(!isFlat(array));
  const listed = arrays
    .toSorted((a, b) => order(a) - order(b))
    .map(array => ({
      name: array.name,
      roles: [
        ...(labels.includes(array) ? (['label'] as const) : []),
        ...(samples.includes(array) ? (['image'] as const) : []),
      ] as AskedRole[],
      about: `${array.type} ${shapeOf(array)}`,
      rows: rowsOf(array),
    }));
  return { kind: 'arrays', columns: listed.filter(({ roles }) => roles.length > 0), taken };
}

/**
 * The samples of a file whose names leave open which array holds what, if it is data at all: what has whole numbers or texts that
 * could be the labels of as many samples. Which they are, is asked when it is opened.
 */
export function likelyParts(arrays: readonly ArrayInfo[]): Pick<ArrayPart, 'split' | 'samples'>[] {
  const { columns } = columnsOfArrays(arrays, noOptions);
  const of = (role: AskedRole) =>
    arrays.filter(a => columns.some(c => c.name === a.name && c.roles.includes(role)));
  const labels = of('label').filter(array => isFlat(array) && !isFloat(array));
  const samples = of('image').find(a => labels.some(l => l !== a && l.shape[0] === a.shape[0]));
  return samples ? [{ split: null, samples }] : [];
}
