import { basename } from 'node:path';
import { type ArrayInfo, isInteger } from '../../arrays/array.js';
import type { ArrayReading } from '../../protocol/datasetReading.js';
import type { Dataset } from '../dataset.js';
import type { ImageShape, Range } from './pixels.js';
import type { SamplePart } from './roles.js';

/** How a script reads images of arrays, those of the training split where there are several; nothing where it is no matter of a few lines. */
export function arrayReading(
  parts: readonly SamplePart[],
  given: { layout: string; shape: ImageShape; range: Range; numbered: boolean; turned: boolean },
): Pick<Dataset, 'reading'> {
  const { range, shape, numbered, turned } = given;
  const part = parts.find(({ split }) => split === 'train') ?? parts[0];
  const labels = part.labelFile.arrays.find(({ name }) => name === part.labels);
  const at = (file: SamplePart['file'], array: string, format: ArrayReading['format']) => {
    const stored = format === 'npy' ? file.files.find(f => basename(f) === `${array}.npy`) : null;
    return { file: stored ?? file.path, array };
  };
  const format = formatOf(given.layout, part);
  const named = labels && (isInteger(labels) || labels.type === 'text');
  if (!format || !named || (format === 'idx' && labels.type !== 'uint8')) return {};
  const bytes = part.samples.type === 'uint8' && range[0] === 0 && range[1] === 255;
  return {
    reading: {
      ...{ kind: 'arrays', format, numbered, turned, planes: shape.planes },
      samples: at(part.file, part.samples.name, format),
      labels: at(part.labelFile, part.labels, format),
      range: bytes ? null : range,
    },
  };
}

function formatOf(layout: string, { file, samples }: SamplePart): ArrayReading['format'] | null {
  const isBytes = ({ type }: ArrayInfo) => type === 'uint8';
  if (layout === 'hdf5') return 'hdf5';
  if (layout === 'idx') return isBytes(samples) ? 'idx' : null;
  if (layout !== 'numpy') return null;
  return /\.npz$/i.test(file.path) ? 'npz' : 'npy';
}
