import { basename } from 'node:path';
import { type ArrayInfo, isFloat, isInteger, rowSize } from '../../arrays/array.js';
import type { ArrayReading } from '../../protocol/datasetReading.js';
import type { Dataset } from '../dataset.js';
import type { ImageShape, Range } from './pixels.js';
import type { SamplePart } from './roles.js';

/** What is known of samples of arrays when they have been opened. */
interface Opened {
  layout: string;
  /** Null where samples are rows of numbers. */
  shape: ImageShape | null;
  range: Range;
  classes: readonly string[];
  numbered: boolean;
  turned: boolean;
}

/** How a script reads samples of arrays, those of the training split where there are several; nothing where it is no matter of a few lines. */
export function arrayReading(
  parts: readonly SamplePart[],
  { layout, shape, range, classes, numbered, turned }: Opened,
): Pick<Dataset, 'reading'> {
  const part = parts.find(({ split }) => split === 'train') ?? parts[0];
  const labels = part.labelFile.arrays.find(({ name }) => name === part.labels);
  const at = (file: SamplePart['file'], array: string, format: ArrayReading['format']) => {
    const stored = format === 'npy' ? file.files.find(f => basename(f) === `${array}.npy`) : null;
    return { file: stored ?? file.path, array };
  };
  const format = formatOf(layout, part);
  const labelType = labels && typeOf(labels, classes);
  if (!format || !labelType || (format === 'idx' && labels.type !== 'uint8')) return {};
  const bytes = part.samples.type === 'uint8' && range[0] === 0 && range[1] === 255;
  return {
    reading: {
      ...{ kind: 'arrays', format, numbered, labelType },
      samples: at(part.file, part.samples.name, format),
      labels: at(part.labelFile, part.labels, format),
      pixels: shape && { planes: shape.planes, range: bytes ? null : range, turned },
    },
  };
}

function typeOf(labels: ArrayInfo, classes: readonly string[]): ArrayReading['labelType'] | null {
  if (rowSize(labels) > 1) return 'oneHot';
  if (labels.type === 'text' || labels.type === 'bool') return labels.type;
  if (isInteger(labels)) return 'integer';
  // Other fractions are printed in another way by every language.
  return isFloat(labels) && classes.every(name => /^-?\d{1,15}$/.test(name)) ? 'float' : null;
}

function formatOf(layout: string, { file, samples }: SamplePart): ArrayReading['format'] | null {
  const isBytes = ({ type }: ArrayInfo) => type === 'uint8';
  if (layout === 'hdf5') return 'hdf5';
  if (layout === 'idx') return isBytes(samples) ? 'idx' : null;
  if (layout !== 'numpy') return null;
  return /\.npz$/i.test(file.path) ? 'npz' : 'npy';
}
