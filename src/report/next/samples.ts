import type { TableReading } from '../../protocol/datasetReading.js';
import { ofArrays, ofRecords } from './arrays.js';
import type { NextFacts } from './facts.js';
import { type Part, quoted, strings } from './script.js';

type DatasetFacts = NextFacts['dataset'];

/** How the samples of a dataset are read; where that is more than a few lines, there is a place to fill in. */
export function pythonSamples({ dataset, model }: NextFacts): Part {
  const { reading, layout, targets } = dataset;
  if (layout === 'imageFolder' && !targets)
    return { modules: ['pathlib'], packages: [], text: imageFolder(dataset) };
  const { kind } = model.plan;
  if (reading?.kind === 'table') return ofTable(reading, dataset, kind);
  if (reading?.kind === 'arrays') return ofArrays(reading, dataset);
  if (reading?.kind === 'records') return ofRecords(reading, dataset);
  return { modules: [], packages: [], text: toFillIn(dataset, kind) };
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
  if (kind !== 'image')
    return `# To fill in: the ${kind === 'text' ? 'texts' : 'rows of numbers'} of this dataset, each with ${label}.
DATA = ${quoted(path)}
samples = []`;
  return `# To fill in: the images of this dataset, each a path with ${label}.
DATA = ${quoted(path)}
samples = []


${byPath}`;
}

function ofTable(reading: TableReading, { classes }: DatasetFacts, kind: string): Part {
  const { format, files, sample, pair, features, label, targets, split, numbered } = reading;
  const training = files.filter(file => file.split === 'train');
  const shown = training.length > 0 ? training : files;
  const listed = shown.map(f => `    (${quoted(f.path)}, ${quoted(f.folder)}),`).join('\n');
  const [rows, modules, packages] = rowsOf(format);
  const stored = format === 'parquet' || format === 'webDataset';
  const image = kind === 'image';
  const conditions = [
    // Rows of which a model cannot be given all numbers are not scored either; of no text there is nothing to learn.
    ...(sample === null ? ['all(row[name] not in (None, "") for name in COLUMNS)'] : []),
    ...(sample === null || image ? [] : [`row[${quoted(sample)}] not in (None, "")`]),
    ...(split === null
      ? []
      : [`str(row[${quoted(split)}]).strip().lower() in ("train", "training")`]),
    ...(label === null ? [] : [`row[${quoted(label)}] not in (None, "")`]),
  ];
  const numbers = `[float(row[name]) for name in ${strings(targets)}]`;
  const text = `FILES = [
${listed}
]
${sample === null ? `COLUMNS = ${strings(features)}\n` : ''}${label === null ? '' : `CLASSES = ${strings(classes)}\n\n\n${classOf(format, numbered)}\n\n`}${format === 'webDataset' ? `\n${archiveRecords(image)}\n\n` : ''}
samples = [
    (${placeOf(sample, pair, image)}, ${label === null ? numbers : `class_of(row[${quoted(label)}])`})
    for file, folder in FILES
    for row in ${rows}${conditions.length > 0 ? `\n    if ${conditions.join(' and ')}` : ''}
]${image ? `\n\n\n${stored ? storedImage : placedImage}` : ''}`;
  const more = [
    ...(image ? ['pathlib', ...(stored ? ['io'] : [])] : []),
    ...(format === 'parquet' && label !== null && !numbered ? ['json'] : []),
  ];
  return { modules: [...modules, ...more], packages, text };
}

/** What a sample is before it is opened: a folder and an image of it, a text or two, or a row of numbers. */
function placeOf(sample: string | null, pair: string | null, image: boolean): string {
  if (sample === null) return '[float(row[name]) for name in COLUMNS]';
  const cell = `row[${quoted(sample)}]`;
  if (image) return `(Path(folder), ${cell})`;
  return pair === null ? cell : `(${cell}, row[${quoted(pair)}])`;
}

/** Records of \`file\`, a mapping each. */
function rowsOf(
  format: TableReading['format'],
): [text: string, modules: string[], packages: string[]] {
  if (format === 'parquet')
    return ['parquet.read_table(file).to_pylist()', [], ['from pyarrow import parquet']];
  if (format === 'webDataset') return ['records(file)', ['collections', 'json', 'tarfile'], []];
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

/** Samples of an archive as WebDataset reads them: files with one key, one after the other, by what follows it. */
const archiveRecords = (images: boolean) => `def records(file):
    key, row = None, {}
    with tarfile.open(file) as archive:
        for member in filter(tarfile.TarInfo.isfile, archive):
            folder, _, name = member.name.rpartition("/")
            stem, _, part = name.partition(".")
            if not stem or not part:
                continue
            if key != (folder, stem):
                if row:
                    yield row
                key, row = (folder, stem), collections.defaultdict(lambda: None)
            data = archive.extractfile(member).read()
            part = part.lower()
            if part.endswith("json"):
                row.update(json.loads(data))
${
  images
    ? `            elif Path(name).suffix.lower() in Image.registered_extensions():
                row["image" if "." not in part else part] = data
`
    : ''
}            else:
                row[part] = data.decode(errors="replace")
    if row:
        yield row`;

const placedImage = `def opened(place):
    folder, path = place
    return Image.open(folder / path.strip())`;

const storedImage = `def opened(place):
    folder, image = place
    if isinstance(image, dict):
        image = image.get("bytes") or image["path"]
    return Image.open(io.BytesIO(image) if isinstance(image, bytes) else folder / image)`;
