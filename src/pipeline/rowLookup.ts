import type { Dataset } from '../datasets/dataset.js';
import { openDataset } from '../datasets/open.js';
import type { ForwardTask } from '../protocol/inference.js';
import type { RowsInput } from '../protocol/modelInput.js';
import { failure } from '../protocol/notice.js';
import type { Decoder } from './task.js';

/**
 * Instead of decoding samples, looks up which rows of a file of predictions belong to them: by id where the file has ids,
 * else by order, which is only believed where the counts agree. Labels in the file must agree with the dataset's.
 * @throws TransferLensError that names the file, where rows and samples cannot belong together
 */
export async function rowLookup(task: ForwardTask, input: RowsInput): Promise<Decoder> {
  const dataset = await openDataset(task.dataset, task.options);
  const rowOf = input.ids
    ? byId(task.model, dataset, input.ids, task.rows)
    : byOrder(task.model, dataset, input.count);
  if (input.labels) checkLabels(task.model, dataset, input.labels, task.rows, rowOf);
  return {
    decode: async (rows, hashes) => ({
      inputs: [{ data: Int32Array.from(rows, rowOf), shape: [rows.length] }],
      hashes: [...hashes],
      failed: [],
      remarks: [],
    }),
    close: async () => dataset.close?.(),
  };
}

function byOrder(file: string, dataset: Dataset, count: number): (row: number) => number {
  if (count !== dataset.size)
    throw failure('predictions.rowCount', { file, rows: count, samples: dataset.size });
  return row => row;
}

function byId(
  file: string,
  dataset: Dataset,
  ids: readonly string[],
  rows: Int32Array,
): (row: number) => number {
  const at = new Map<string, number>();
  for (const [k, id] of ids.entries()) {
    if (at.has(id)) throw failure('predictions.sameId', { file, id });
    at.set(id, k);
  }
  const find = (row: number) => {
    const name = dataset.sampleName(row).replaceAll('\\', '/');
    const id = dataset.sampleId?.(row) ?? name;
    const stem = name.replace(/^.*\//, '');
    return at.get(id) ?? at.get(name) ?? at.get(stem) ?? at.get(stem.replace(/\.[^.]*$/, '')) ?? -1;
  };
  const missing = rows.find(row => find(row) < 0);
  if (missing !== undefined)
    throw failure('predictions.noId', {
      file,
      id: dataset.sampleName(missing),
      example: ids[0] ?? '',
    });
  return find;
}

/** Names of classes, or their numbers: whichever the file has must be the dataset's own for every sample. */
function checkLabels(
  file: string,
  dataset: Dataset,
  labels: readonly string[],
  rows: Int32Array,
  rowOf: (row: number) => number,
): void {
  let differ = 0;
  let first = -1;
  for (const row of rows) {
    const given = labels[rowOf(row)];
    const label = dataset.labels[row];
    if (given === dataset.classes[label] || given === String(label)) continue;
    if (differ++ === 0) first = row;
  }
  if (differ > 0)
    throw failure('predictions.labels', {
      file,
      n: differ,
      of: rows.length,
      id: dataset.sampleName(first),
      given: labels[rowOf(first)],
      label: dataset.classes[dataset.labels[first]],
    });
}
