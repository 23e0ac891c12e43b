import type { ArrayReading, TableReading } from '../../protocol/datasetReading.js';
import type { NextFacts } from './facts.js';
import { quoted } from './script.js';

type DatasetFacts = NextFacts['dataset'];

/** A part of a script in Python. */
interface Part {
  /** Modules of the standard library, and of packages that have to be installed. */
  modules: string[];
  packages: string[];
  /** \samples, pairs of a place or a text and a label; of images also \opened, which makes an image of a place. */
  text: string;
}

/** How the samples of a dataset are read; where that is more than a few lines, there is a place to fill in. */
export function pythonSamples({ dataset, model }: NextFacts): Part {
  const { reading, layout, targets } = dataset;
  if (layout === 'imageFolder' && !targets)
    return { modules: ['pathlib'], packages: [], text: imageFolder(dataset) };
  if (reading?.kind === 'table') return ofTable(reading, dataset, model.plan.kind);
  if (reading?.kind === 'arrays') return ofArrays(reading, dataset);
  return { modules: [], packages: [], text: toFillIn(dataset, model.plan.kind) };
}

/**
 * The lines that import what reads the samples, up to where a script's own packages follow.
 * @param modules of the standard library that the script needs anyway
 * @param packages that it imports itself
 */
export function importsOf(
  facts: NextFacts,
  modules: string[] = [],
  packages: string[] = [],
): string {
  const part = pythonSamples(facts);
  const standard = [...new Set([...part.modules, ...modules])].sort();
  const lines = standard.map(name =>
    name === 'pathlib' ? 'from pathlib import Path' : `import ${name}`,
  );
  const more = part.packages.filter(line => !packages.includes(line));
  return `${lines.map(line => `${line}\n`).join('')}${lines.length > 0 ? '\n' : ''}${more.map(line => `${line}\n`).join('')}`;
}

/** What has to be installed to read the samples, as the end of a list. */
export function packagesOf(facts: NextFacts): string {
  const { packages } = pythonSamples(facts);
  const needed = ['h5py', 'numpy', 'pyarrow'].filter(name =>
    packages.some(line => line.includes(name)),
  );
  return needed.map(name => ` ${name}`).join('');
}

const byPath = `def opened(file):
    return Image.open(file)`;

function imageFolder({ path }: DatasetFacts): string {
  return `DATA = Path(${quoted(path)})
if (DATA / "train").is_dir():
    DATA = DATA / "train"
classes = sorted(folder.name for folder in DATA.iterdir() if folder.is_dir())
endings = Image.registered_extensions()
samples = [
    (file, label)
    for label, name in enumerate(classes)
    for file in sorted((DATA / name).rglob("*"))
    if file.suffix.lower() in endings
]


${byPath}`;
}

function toFillIn({ path, targets, classes }: DatasetFacts, kind: string): string {
  const label = targets
    ? `a list of ${targets.length} number${targets.length > 1 ? 's' : ''}`
    : `the number of its class, 0 to ${classes.length - 1}`;
  if (kind === 'text')
    return `# To fill in: the texts of this dataset, each with ${label}.
DATA = ${quoted(path)}
samples = []`;
  return `# To fill in: the images of this dataset, each a path with ${label}.
DATA = ${quoted(path)}
samples = []


${byPath}`;
}

const strings = (list: readonly string[]): string => `[${list.map(quoted).join(', ')}]`;

function ofTable(reading: TableReading, { classes }: DatasetFacts, kind: string): Part {
  const { format, files, sample, pair, label, targets, split, numbered } = reading;
  const training = files.filter(file => file.split === 'train');
  const shown = training.length > 0 ? training : files;
  const listed = shown.map(f => `    (${quoted(f.path)}, ${quoted(f.folder)}),`).join('\n');
  const [rows, modules, packages] = rowsOf(format);
  const image = kind === 'image';
  const cell = `row[${quoted(sample)}]`;
  const place = !image
    ? pair === null
      ? cell
      : `(${cell}, row[${quoted(pair)}])`
    : `(Path(folder), ${cell})`;
  const conditions = [
    ...(split === null
      ? []
      : [`str(row[${quoted(split)}]).strip().lower() in ("train", "training")`]),
    ...(label === null ? [] : [`row[${quoted(label)}] not in (None, "")`]),
  ];
  const numbers = `[float(row[name]) for name in ${strings(targets)}]`;
  const text = `FILES = [
${listed}
]
${label === null ? '' : `CLASSES = ${strings(classes)}\n\n\n${classOf(format, numbered)}\n\n`}
samples = [
    (${place}, ${label === null ? numbers : `class_of(row[${quoted(label)}])`})
    for file, folder in FILES
    for row in ${rows}${conditions.length > 0 ? `\n    if ${conditions.join(' and ')}` : ''}
]${image ? `\n\n\n${format === 'parquet' ? storedImage : placedImage}` : ''}`;
  const more = [
    ...(image ? ['pathlib', ...(format === 'parquet' ? ['io'] : [])] : []),
    ...(format === 'parquet' && label !== null && !numbered ? ['json'] : []),
  ];
  return { modules: [...modules, ...more], packages, text };
}

/** Records of \`file\`, a mapping each. */
function rowsOf(
  format: TableReading['format'],
): [text: string, modules: string[], packages: string[]] {
  if (format === 'parquet')
    return ['parquet.read_table(file).to_pylist()', [], ['from pyarrow import parquet']];
  const lines = 'open(file, encoding="utf-8-sig", newline="")';
  if (format === 'jsonLines') return [`map(json.loads, filter(str.strip, ${lines}))`, ['json'], []];
  const { delimiter } = format;
  const by = delimiter === ',' ? '' : `, delimiter=${quoted(delimiter)}`;
  return [`csv.DictReader(${lines}${by})`, ['csv'], []];
}

function classOf(format: TableReading['format'], numbered: boolean): string {
  const found = numbered
    ? 'int(label)'
    : typeof format === 'object'
      ? 'CLASSES.index(label.strip())'
      : 'CLASSES.index(label.strip() if isinstance(label, str) else json.dumps(label))';
  return `def class_of(label):
    return ${found}`;
}

const placedImage = `def opened(place):
    folder, path = place
    return Image.open(folder / path.strip())`;

const storedImage = `def opened(place):
    folder, image = place
    if isinstance(image, dict):
        image = image.get("bytes") or image["path"]
    return Image.open(io.BytesIO(image) if isinstance(image, bytes) else folder / image)`;

function ofArrays(reading: ArrayReading, { classes }: DatasetFacts): Part {
  const { format, samples, labels, numbered, planes, range, turned } = reading;
  const [load, modules, packages] = loading[format];
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
  const read = (one: ArrayReading['samples']) => `load(${quoted(one.file)}, ${quoted(one.array)})`;
  const text = `
${load}


all_images = ${read(samples)}
all_labels = ${read(labels)}
CLASSES = ${strings(classes)}
samples = [(k, ${numbered ? 'int(label)' : 'CLASSES.index(str(label))'}) for k, label in enumerate(all_labels)]


def opened(k):
    pixels = all_images[k]
${steps.map(step => `    ${step}\n`).join('')}    return Image.fromarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels)`;
  return { modules, packages, text };
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
