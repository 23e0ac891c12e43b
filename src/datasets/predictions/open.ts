import { basename, extname } from 'node:path';
import { openPredictionFile } from '../../arrays/open.js';
import { predictionArrays } from '../../arrays/predictions.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import { failure } from '../../protocol/notice.js';
import { labelsOf, splitsOf } from '../arrayLabels.js';
import type { Dataset } from '../dataset.js';

/** Opens a file of predictions as the dataset of its own rows: their labels and ids, and nothing to look at. */
export async function openPredictionRows(path: string, options: DatasetOptions): Promise<Dataset> {
  const file = await openPredictionFile(path);
  try {
    const { label, id, split, group } = options.columns;
    for (const name of [label, id, split, group, ...options.targets])
      if (name !== undefined && !file.arrays.some(a => a.name === name))
        throw failure('dataset.noArray', {
          ...{ file: path, array: name, arrays: file.arrays.map(a => a.name).join(', ') },
        });
    const found = predictionArrays(file.arrays, { labels: label, ids: id, split });
    if (found?.labels == null) throw failure('dataset.predictionsUnlabelled', { file: path });
    const names = found.classes === null ? null : await file.texts(found.classes);
    const part = { file, labels: found.labels, groups: group ?? null };
    const labelled = await labelsOf([part], options, names);
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
      name: basename(path, extname(path)),
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
