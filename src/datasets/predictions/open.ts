import type { ArrayFile } from '../../arrays/array.js';
import { openPredictionFile } from '../../arrays/open.js';
import { type Chosen, predictionArrays, predictionsName } from '../../arrays/predictions.js';
import { chosenIn } from '../../arrays/sniff.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import { failure } from '../../protocol/notice.js';
import { labelsOf, splitsOf } from '../arrayLabels.js';
import type { Dataset } from '../dataset.js';

/** Opens a file of predictions as the dataset of its own rows: their labels and ids, and nothing to look at. */
export async function openDataset(path: string, options: DatasetOptions): Promise<Dataset> {
  const file = await openPredictionFile(path);
  try {
    const { label, id, split, group } = options.columns;
    // What a sidecar says of them is said of the predictions, whose labels these are.
    const chosen: Chosen = { ...(await chosenIn(path)), split };
    if (label !== undefined) chosen.labels = label;
    if (id !== undefined) chosen.ids = id;
    for (const name of [chosen.labels, chosen.ids, split, group, ...options.targets])
      if (name && !file.arrays.some(a => a.name === name)) throw noArray(file, name);
    const found = predictionArrays(file.arrays, chosen);
    if (found?.labels == null) throw failure('dataset.predictionsUnlabelled', { file: path });
    const names = found.classes === null ? null : await file.texts(found.classes);
    const part = { file, labels: found.labels, groups: group ?? null };
    const { numbered: _, ...labelled } = await labelsOf([part], options, names);
    const splits = found.split === null ? null : await splitsOf(file, found.split);
    const ids = found.ids === null ? null : await file.texts(found.ids);
    if (ids) {
      const seen = new Set<string>();
      for (const one of ids) {
        if (seen.has(one)) throw failure('predictions.sameId', { file: path, id: one });
        seen.add(one);
      }
    }
    const name = (i: number) => ids?.[i] ?? `#${i}`;
    return {
      path,
      name: predictionsName(path),
      layout: 'predictions',
      content: 'row',
      ...labelled,
      size: labelled.labels.length,
      splits,
      notices: [],
      sampleId: i => ids?.[i] ?? String(i),
      sampleName: name,
      sampleFile: () => path,
      read: async i => ({ kind: 'row', id: name(i), file: path }),
    };
  } finally {
    await file.close();
  }
}

function noArray({ path, arrays }: ArrayFile, array: string): Error {
  return failure('dataset.noArray', {
    ...{ file: path, array, arrays: arrays.map(a => a.name).join(', ') },
  });
}
