import type { Dataset } from '../datasets/dataset.js';
import { openDataset } from '../datasets/open.js';
import type { ForwardTask } from '../protocol/inference.js';
import type { RowsInput } from '../protocol/modelInput.js';
import { failure } from '../protocol/notice.js';
import type { Decoder } from './decode.js';

/** What is looked at of a dataset to find its samples' rows. */
export type Named = Pick<
  Dataset,
  'size' | 'classes' | 'labels' | 'numbers' | 'sampleId' | 'sampleName'
>;

/**
 * Instead of decoding samples, looks up which rows of a file of predictions belong to them: by id where the file has ids,
 * else by order, which is only believed where the counts agree. Labels in the file must agree with the dataset's.
 * @throws TransferLensError that names the file, where rows and samples cannot belong together
 */
export async function rowLookup(task: ForwardTask, input: RowsInput): Promise<Decoder> {
  const dataset = await openDataset(task.dataset, task.options);
  try {
    const rowOf = matchRows(task.model, dataset, input, task.rows);
    return {
      decode: async (rows, hashes) => ({
        calls: [
          {
            inputs: [{ data: Int32Array.from(rows, rowOf), shape: [rows.length] }],
            hashes: [...hashes],
          },
        ],
        failed: [],
        remarks: [],
      }),
      close: async () => dataset.close?.(),
    };
  } catch (error) {
    await dataset.close?.();
    throw error;
  }
}

/** The row of the file for each of the dataset's samples in `rows`. */
export function matchRows(
  file: string,
  dataset: Named,
  input: Pick<RowsInput, 'count' | 'ids' | 'labels'>,
  rows: Int32Array,
): (row: number) => number {
  const { count, ids, labels } = input;
  const rowOf = ids ? byId(file, dataset, ids, rows) : byOrder(file, dataset, count);
  if (labels) checkLabels(file, dataset, labels, rows, rowOf);
  return rowOf;
}

function byOrder(file: string, dataset: Named, count: number): (row: number) => number {
  if (count !== dataset.size)
    throw failure('predictions.rowCount', { file, rows: count, samples: dataset.size });
  return row => row;
}

/** What of a sample's name an id may be, the most telling first. One of them has to hold for all samples. */
const notations: ((dataset: Named, row: number) => string)[] = [
  (dataset, row) => dataset.sampleId?.(row) ?? nameOf(dataset, row),
  nameOf,
  (dataset, row) => baseOf(dataset, row),
  (dataset, row) => baseOf(dataset, row).replace(/\.[^.]*$/, ''),
];

function nameOf(dataset: Named, row: number): string {
  return dataset.sampleName(row).replaceAll('\\', '/');
}

function baseOf(dataset: Named, row: number): string {
  return nameOf(dataset, row).replace(/^.*\//, '');
}

function byId(
  file: string,
  dataset: Named,
  given: readonly string[],
  rows: Int32Array,
): (row: number) => number {
  const ids = given.map(id => id.replaceAll('\\', '/').replace(/^\.\//, ''));
  const at = new Map<string, number>();
  for (const [k, id] of ids.entries()) {
    if (at.has(id)) throw failure('predictions.sameId', { file, id });
    at.set(id, k);
  }
  const finders = [
    ...notations.map(name => (row: number) => at.get(name(dataset, row)) ?? -1),
    belowFolder(dataset, ids),
  ];
  // Names that are too short tell two samples apart no more: then they say nothing.
  let clash: [number, number] | null = null;
  for (const find of finders) {
    if (rows.some(row => find(row) < 0)) continue;
    clash = sameRow(rows, find);
    if (!clash) return find;
  }
  if (clash)
    throw failure('predictions.ambiguous', {
      ...{ file, a: nameOf(dataset, clash[0]), b: nameOf(dataset, clash[1]) },
    });
  const missing = rows.find(row => finders.every(find => find(row) < 0)) ?? rows[0];
  throw failure('predictions.noId', {
    ...{ file, id: nameOf(dataset, missing), example: given[0] ?? '' },
  });
}

/** Ids that are paths on another machine: they end in a sample's name. */
function belowFolder(dataset: Named, ids: readonly string[]): (row: number) => number {
  // By how many parts of the path are kept: -2 where two ids end alike.
  const byDepth = new Map<number, Map<string, number>>();
  const endings = (depth: number) => {
    let found = byDepth.get(depth);
    if (!found) {
      found = new Map();
      for (const [k, id] of ids.entries()) {
        const end = id.split('/').slice(-depth).join('/');
        found.set(end, found.has(end) ? -2 : k);
      }
      byDepth.set(depth, found);
    }
    return found;
  };
  return row => {
    const name = nameOf(dataset, row);
    return endings(name.split('/').length).get(name) ?? -1;
  };
}

/** Two samples that share a row of the file, or null. */
function sameRow(rows: Int32Array, find: (row: number) => number): [number, number] | null {
  const taken = new Map<number, number>();
  for (const row of rows) {
    const before = taken.get(find(row));
    if (before !== undefined && before !== row) return [before, row];
    taken.set(find(row), row);
  }
  return null;
}

/**
 * Names of classes, or their numbers: whichever the file has, one of them must be the dataset's own for every sample. Where labels are
 * numbers, one of its columns must.
 */
function checkLabels(
  file: string,
  dataset: Named,
  labels: readonly string[],
  rows: Int32Array,
  rowOf: (row: number) => number,
): void {
  const own = labelsOf(dataset);
  const differing = own.map(label => rows.filter(row => !same(labels[rowOf(row)], label(row))));
  const [wrong] = differing.sort((a, b) => a.length - b.length);
  if (wrong.length === 0) return;
  throw failure('predictions.labels', {
    file,
    n: wrong.length,
    of: rows.length,
    id: dataset.sampleName(wrong[0]),
    given: labels[rowOf(wrong[0])],
    label: String(own[0](wrong[0])),
  });
}

/** Ways in which a dataset names the label of a row. */
function labelsOf({ classes, labels, numbers }: Named): ((row: number) => string | number)[] {
  if (!numbers) return [row => classes[labels[row]], row => String(labels[row])];
  const columns = numbers.names.length;
  return numbers.names.map((_, c) => row => numbers.values[row * columns + c]);
}

/** Numbers are the same up to the rounding of float32. */
function same(given: string, label: string | number): boolean {
  if (typeof label === 'string') return given === label;
  return (
    Math.fround(Number(given)) === Math.fround(label) || (given === 'NaN' && Number.isNaN(label))
  );
}
