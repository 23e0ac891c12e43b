import type { TableReading } from '../../protocol/datasetReading.js';
import type { NextFacts } from './facts.js';
import { quoted, strings } from './script.js';

/** JavaScript: `samples`, each the path of an image as `file` with its `label`; a place to fill in where they lie otherwise. */
export function nodeSamples({ dataset }: NextFacts): string {
  const { layout, targets, reading } = dataset;
  if (layout === 'imageFolder' && !targets) return ofFolder(dataset.path);
  if (reading?.kind === 'table' && reading.sample !== null) {
    const records = recordsOf(reading.format);
    if (records !== null) return ofTable(reading, reading.sample, records, dataset);
  }
  const label = targets
    ? `a list of ${targets.length} number${targets.length > 1 ? 's' : ''}`
    : `the number of its class, 0 to ${dataset.classes.length - 1}`;
  return `// To fill in: the images of this dataset, as { file, label }: a path with ${label}.
const DATA = ${quoted(dataset.path)};
const samples = [];`;
}

function ofFolder(path: string): string {
  return `let DATA = ${quoted(path)};
if (existsSync(join(DATA, "train"))) DATA = join(DATA, "train");
const CLASSES = readdirSync(DATA, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? entry.name : [])).sort();
const samples = CLASSES.flatMap((name, label) =>
  readdirSync(join(DATA, name), { recursive: true })
    .filter(file => /\\.(jpe?g|png|webp|gif|tiff?|bmp)$/i.test(file))
    .map(file => ({ file: join(DATA, name, file), label })),
);`;
}

/** `recordsOf`: the records of a text, an object each; null for what is no text. */
function recordsOf(format: TableReading['format']): string | null {
  if (format === 'jsonLines')
    return `const recordsOf = text => text.split(/\\r?\\n/).filter(line => line.trim() !== "").map(line => JSON.parse(line));`;
  if (typeof format === 'string') return null;
  const delimiter = quoted(format.delimiter).slice(1, -1);
  const matched = delimiter === '|' ? '\\|' : delimiter;
  return `function recordsOf(text) {
  const rows = [[]];
  for (const [, inQuotes, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^${matched}\\r\\n]*))(${matched}|\\r?\\n|$)/g)) {
    rows.at(-1).push(inQuotes?.replaceAll('""', '"') ?? plain);
    if (end !== "${delimiter}") rows.push([]);
  }
  const [names, ...records] = rows.filter(row => row.join("") !== "");
  return records.map(cells => Object.fromEntries(names.map((name, k) => [name, cells[k]])));
}`;
}

function ofTable(
  { files, sample, label, targets, split, numbered }: TableReading,
  image: string,
  records: string,
  { classes }: NextFacts['dataset'],
): string {
  const training = files.filter(file => file.split === 'train');
  const shown = training.length > 0 ? training : files;
  const given = [...(label === null ? [] : [label]), sample ?? image];
  const conditions = [
    ...(split === null ? [] : [`/^train(ing)?$/i.test(String(row[${quoted(split)}]).trim())`]),
    `${strings(given)}.every(name => (row[name] ?? "") !== "")`,
  ];
  const cell = `row[${quoted(label ?? '')}]`;
  const value =
    label === null
      ? `${strings(targets)}.map(name => Number(row[name]))`
      : numbered
        ? `Number(${cell})`
        : `CLASSES.indexOf(typeof ${cell} === "string" ? ${cell}.trim() : JSON.stringify(${cell}))`;
  return `const FILES = [
${shown.map(file => `  [${quoted(file.path)}, ${quoted(file.folder)}],`).join('\n')}
];
${label === null ? '' : `const CLASSES = ${strings(classes)};\n`}${records}
const samples = FILES.flatMap(([file, folder]) =>
  recordsOf(readFileSync(file, "utf8").replace(/^\\uFEFF/, ""))
    .filter(row => ${conditions.join(' && ')})
    .map(row => ({ file: join(folder, row[${quoted(image)}].trim()), label: ${value} })),
);`;
}
