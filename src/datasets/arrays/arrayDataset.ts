import { basename } from 'node:path';
import type { SampleContent } from '../../protocol/content.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import type { Split } from '../../protocol/found.js';
import { failure, type Notice, notice } from '../../protocol/notice.js';
import { labelsOf } from '../arrayLabels.js';
import type { Dataset } from '../dataset.js';
import { shownName } from '../names.js';
import { checkSampleSize, imageShape, pixelsOf, rangeOf, transposed } from './pixels.js';
import { arrayReading } from './reading.js';
import type { SamplePart } from './roles.js';

export interface ArrayDatasetOptions {
  path: string;
  layout: string;
  parts: readonly SamplePart[];
  options: DatasetOptions;
  /** Names of the classes by number, where something gives them. */
  names: readonly string[] | null;
  notices?: readonly Notice[];
  /** Images lie on their diagonal, as those of EMNIST. */
  turned?: boolean;
}

/** A dataset whose samples are the rows of arrays: images, or rows of numbers. Labels and ids are held, samples are read one by one. */
export async function arrayDataset({
  path,
  layout,
  parts,
  options,
  names,
  notices = [],
  turned = false,
}: ArrayDatasetOptions): Promise<Dataset> {
  const said = [...notices];
  const starts: number[] = [];
  const ids: string[] = [];
  const splits: Split[] = [];
  let size = 0;
  for (const { samples, labelFile, labels, file, ids: idArray, split } of parts) {
    const [rows] = samples.shape;
    const labelled = labelFile.arrays.find(a => a.name === labels)?.shape[0] ?? 0;
    if (labelled !== rows)
      throw failure('predictions.rows', {
        ...{
          file: labelFile.path,
          array: labels,
          rows: labelled,
          other: samples.name,
          count: rows,
        },
      });
    checkSampleSize(samples, file.path);
    starts.push(size);
    size += rows;
    if (idArray !== null) for (const id of await file.texts(idArray)) ids.push(id);
    if (split) for (let i = 0; i < rows; i++) splits.push(split);
  }
  if (size === 0) throw failure('dataset.noRows', { file: path });
  const [{ samples: first, file: firstFile }] = parts;
  const shape = imageShape(first, firstFile.path);
  // One range for all splits: that of the first one.
  const { range, notices: assumed } = shape
    ? await rangeOf(firstFile, first, options.pixelRange)
    : { range: [0, 255] as const, notices: [] };
  said.push(...assumed);
  const given = parts.map(p => ({ file: p.labelFile, labels: p.labels, groups: p.groups }));
  const { numbered, ...labelled } = await labelsOf(given, options, names);
  if (labelled.groups) {
    const n = new Set(labelled.groups).size;
    said.push(notice('dataset.groups', { file: path, column: parts[0].groups ?? '', n }));
  }
  const place = (i: number) => {
    let k = parts.length - 1;
    while (starts[k] > i) k--;
    return { part: parts[k], row: i - starts[k] };
  };
  const read = async (i: number): Promise<SampleContent> => {
    const { part, row } = place(i);
    const file = part.file.path;
    const values = await part.file.numbers(part.samples.name, row, row + 1);
    if (!shape) return { kind: 'numbers', values: Float64Array.from(values), file };
    const own = part.samples === first ? shape : imageShape(part.samples, file);
    const image = pixelsOf(values, own ?? shape, range, file);
    return turned ? transposed(image) : image;
  };
  return {
    ...labelled,
    path,
    name: /\.\w+$/.test(path) ? shownName(path) : basename(path),
    layout,
    content: shape ? 'image' : 'numbers',
    size,
    splits: splits.length === size ? splits : null,
    notices: said,
    ...(labelled.numbers
      ? {}
      : arrayReading(parts, {
          ...{ layout, shape, range, numbered, turned },
          classes: labelled.classes,
        })),
    sampleId: i => ids[i] ?? String(i),
    sampleName: i => {
      const { part, row } = place(i);
      return parts.length > 1 ? `${part.samples.name} #${row}` : `#${row}`;
    },
    sampleFile: i => place(i).part.file.path,
    read,
    close: async () => {
      for (const file of new Set(parts.flatMap(part => [part.file, part.labelFile])))
        await file.close();
    },
  };
}
