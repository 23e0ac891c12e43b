import { type ArrayFile, shapeOf } from '../../arrays/array.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import { failure } from '../../protocol/notice.js';
import type { Dataset } from '../dataset.js';
import { arrayDataset } from './arrayDataset.js';
import { partsOf } from './roles.js';

/** Opens a file of arrays as the dataset of its rows. Closes it where that fails. */
export async function openArrayFile(
  file: ArrayFile,
  layout: string,
  options: DatasetOptions,
): Promise<Dataset> {
  const { path, arrays } = file;
  try {
    const { image, label, group, id } = options.columns;
    for (const name of [image, label, group, id, ...options.targets])
      if (name !== undefined && !arrays.some(a => a.name === name))
        throw failure('dataset.noArray', {
          ...{ file: path, array: name, arrays: arrays.map(a => a.name).join(', ') },
        });
    // Numbers that are to be predicted may stand in the place of classes.
    const columns = { ...options.columns, label: label ?? options.targets[0] };
    const { parts, classes } = partsOf(arrays, { columns });
    if (parts.length === 0)
      throw failure('dataset.noLabelledArrays', {
        ...{ file: path, arrays: arrays.map(a => `${a.name} ${shapeOf(a)}`).join(', ') || '-' },
      });
    return await arrayDataset({
      path,
      layout,
      parts: parts.map(part => ({ ...part, file, labelFile: file, labels: part.labels.name })),
      options,
      names: classes === null ? null : await file.texts(classes),
    });
  } catch (error) {
    await file.close();
    throw error;
  }
}
