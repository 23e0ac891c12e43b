import type { ArrayReading, PixelReading, RecordsReading } from '../../protocol/datasetReading.js';
import type { NextFacts } from './facts.js';
import { type Part, quoted, strings } from './script.js';

/** Reads images, or rows of numbers, that are the rows of an array. */
export function ofArrays(reading: ArrayReading, { classes }: NextFacts['dataset']): Part {
  const { format, samples, labels, labelType, numbered, pixels } = reading;
  const [load, modules, packages] = loading[format];
  const read = (one: ArrayReading['samples']) => `load(${quoted(one.file)}, ${quoted(one.array)})`;
  const text = `
${load}


all_samples = ${read(samples)}
all_labels = ${read(labels)}${asLabels[labelType]}
CLASSES = ${strings(classes)}
samples = [(${pixels ? 'k' : 'all_samples[k]'}, ${numbered ? 'int(label)' : 'CLASSES.index(str(label))'}) for k, label in enumerate(all_labels)]${pixels ? `\n\n\n${openedOf(pixels)}` : ''}`;
  return { modules, packages, text };
}

/** One label a row, printed as the names of classes are. */
const asLabels: Record<ArrayReading['labelType'], string> = {
  integer: '.reshape(-1)',
  text: '.reshape(-1)',
  float: '.reshape(-1).astype(int)',
  bool: '.reshape(-1).astype(int).choose(["false", "true"])',
  oneHot: '.argmax(1)',
};

/** `opened`: from the number of a row to an image. */
function openedOf({ planes, range, turned }: PixelReading): string {
  const steps: string[] = [];
  if (planes) steps.push('pixels = np.moveaxis(pixels, 0, -1)');
  if (range) {
    const [black, white] = range;
    const from = black === 0 ? 'pixels' : `(pixels - ${black})`;
    steps.push(
      `pixels = np.floor(${from} * (255 / ${white - black}) + 0.5).clip(0, 255).astype(np.uint8)`,
    );
  }
  if (turned) steps.push('pixels = pixels.swapaxes(0, 1)');
  return `def opened(k):
    pixels = all_samples[k]
${steps.map(step => `    ${step}\n`).join('')}    return Image.fromarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels)`;
}

const loading: Record<
  ArrayReading['format'],
  [text: string, modules: string[], packages: string[]]
> = {
  npz: [
    `def load(file, array):
    return np.load(file)[array]`,
    [],
    ['import numpy as np'],
  ],
  npy: [
    `def load(file, _):
    return np.load(file, mmap_mode="r")`,
    [],
    ['import numpy as np'],
  ],
  hdf5: [
    `def load(file, array):
    found = h5py.File(file)[array][:]
    return found.astype(str) if found.dtype.kind in "OS" else found`,
    [],
    ['import h5py', 'import numpy as np'],
  ],
  idx: [
    `def load(file, _):
    with (gzip.open if file.endswith(".gz") else open)(file, "rb") as stream:
        data = stream.read()
    sides = [int.from_bytes(data[4 * k + 4 : 4 * k + 8], "big") for k in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 * len(sides) + 4).reshape(sides)`,
    ['gzip'],
    ['import numpy as np'],
  ],
};

/** Reads images that are records of bytes: labels, and then the planes of an image of 32 by 32. */
export function ofRecords(
  { files, labels, labelAt, numbered }: RecordsReading,
  { classes }: NextFacts['dataset'],
): Part {
  const training = files.filter(file => file.split === 'train');
  const shown = training.length > 0 ? training : files;
  const label = `row[${labelAt}]`;
  const text = `FILES = [
${shown.map(({ path }) => `    ${quoted(path)},`).join('\n')}
]
CLASSES = ${strings(classes)}
rows = np.concatenate([np.fromfile(file, np.uint8).reshape(-1, ${labels} + 3 * 32 * 32) for file in FILES])
samples = [(k, ${numbered ? `int(${label})` : `CLASSES.index(str(${label}))`}) for k, row in enumerate(rows)]


def opened(k):
    return Image.fromarray(np.moveaxis(rows[k, ${labels}:].reshape(3, 32, 32), 0, -1))`;
  return { modules: [], packages: ['import numpy as np'], text };
}
