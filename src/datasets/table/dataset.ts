import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import type { SampleContent } from '../../protocol/content.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import type { Split } from '../../protocol/found.js';
import { failure, type Notice, notice } from '../../protocol/notice.js';
import { ClassLabels, Groups, Growing } from '../classLabels.js';
import type { Dataset } from '../dataset.js';
import { readImageFile } from '../imageFile.js';
import { splitOf } from '../imageFolder/names.js';
import { some } from '../names.js';
import { PackedStrings } from '../packedStrings.js';
import { classNamesBeside } from './classFiles.js';
import { chooseRoles, type Roles } from './columns.js';
import {
  type Cell,
  keyColumn,
  numberOf,
  type Records,
  type TableSource,
  textOf,
} from './source.js';

/** Records that decide what the columns are. */
const headRecords = 1000;

/**
 * A table as a dataset: one pass gathers labels, splits and groups; contents are read record by record.
 * What cannot be used (no label, no content, a path outside the table's folder) is left out and counted.
 */
export async function tableDataset(
  table: TableSource,
  layout: string,
  options: DatasetOptions,
  signal?: AbortSignal,
): Promise<Dataset> {
  const { path } = table;
  const roles = chooseRoles(path, table.columns, await headOf(table, signal), options);
  const rows = await new Rows(table, roles).gather(signal);
  const { labels, records, numbers, splits, groups, ids, notices } = rows;
  if (records.length === 0)
    throw failure('dataset.noRecords', { file: path, detail: notices[0]?.message ?? '' });
  const label = roles.label === null ? null : table.columns[roles.label];
  const names =
    label === null ? null : (table.classNames?.(label) ?? (await classNamesBeside(table.folder)));
  const { numbered, ...classes } =
    label === null
      ? { classes: [], labels: new Int32Array(records.length), numbered: false }
      : labels.done(path, label, options, names);
  if (roles.content === 'numbers') notices.push(featuresOf(table, roles));
  if (roles.group !== null && groups) {
    const column = table.columns[roles.group];
    notices.push(notice('dataset.groups', { file: path, column, n: groups.count }));
  }
  const unused = withoutSamples(classes);
  if (unused.length > 0)
    notices.push(
      notice('dataset.classesUnused', { file: path, count: unused.length, names: some(unused) }),
    );
  const record = records.values();
  const content = new Contents(table, roles);
  // The samples of an archive have names: nobody counts them.
  const keyed = roles.id !== null && table.columns[roles.id] === keyColumn;
  const mark = (i: number) => (keyed ? ids?.at(i) : null) ?? record[i] + 1;
  return {
    path,
    name: table.name,
    layout,
    content: roles.content,
    ...classes,
    ...(label === null
      ? { numbers: { names: [...options.targets], values: numbers.values() } }
      : {}),
    size: record.length,
    splits: splits.some(split => split !== 'train') || rows.splitsGiven ? splits : null,
    groups: groups?.values() ?? null,
    notices,
    ...readingOf(table, splits.includes('train') ? roles : { ...roles, split: null }, numbered),
    ...(ids ? { sampleId: (i: number) => ids.at(i) ?? '' } : {}),
    sampleName: i => rows.names?.at(i) ?? `${basename(table.fileOf(record[i]))}#${mark(i)}`,
    sampleFile: i =>
      rows.names ? join(table.folder, rows.names.at(i) ?? '') : table.fileOf(record[i]),
    sampleBytes: i => table.bytesOf?.(record[i]) ?? null,
    read: i => content.read(record[i], `${table.fileOf(record[i])}#${mark(i)}`),
    close: async () => table.close?.(),
  };
}

/** How a script reads it. */
function readingOf(
  { reading, columns }: TableSource,
  { image, text, pair, features, label, targets, split }: Roles,
  numbered: boolean,
): Pick<Dataset, 'reading'> {
  if (!reading) return {};
  const named = (column: number | null) => (column === null ? null : columns[column]);
  return {
    reading: {
      ...{ kind: 'table', ...reading, sample: named(image ?? text), pair: named(pair) },
      features: features.map(c => columns[c]),
      ...{ label: named(label), targets: targets.map(c => columns[c]), split: named(split) },
      numbered,
    },
  };
}

/** Classes that something names and no sample has. */
function withoutSamples({ classes, labels }: { classes: string[]; labels: Int32Array }): string[] {
  const used = new Set(labels);
  return classes.filter((_, label) => !used.has(label));
}

/** Says which columns go into a model: nobody chose them one by one. */
function featuresOf({ path, columns }: TableSource, { features }: Roles): Notice {
  const names = features.slice(0, 8).map(c => columns[c]);
  const list = features.length > names.length ? `${names.join(', ')}, …` : names.join(', ');
  return notice('dataset.features', { file: path, n: features.length, columns: list });
}

/** The first records, all columns. */
export async function headOf(table: TableSource, signal?: AbortSignal): Promise<Records> {
  const all = table.columns.map((_, c) => c);
  const columns: Cell[][] = all.map(() => []);
  let length = 0;
  for await (const some of table.scan(all, signal)) {
    const more = Math.min(some.length, headRecords - length);
    for (const c of all) for (let k = 0; k < more; k++) columns[c].push(some.columns[c][k]);
    length += more;
    if (length >= headRecords) break;
  }
  return { length, columns };
}

/** What one pass over a table gathers, record by record. */
class Rows {
  readonly labels = new ClassLabels();
  readonly numbers = new Growing(Float64Array);
  readonly records = new Growing(Int32Array);
  readonly splits: Split[] = [];
  readonly groups: Groups | null;
  readonly ids: PackedStrings | null;
  /** Paths of images relative to the table, where it names files. */
  names: PackedStrings | null;
  splitsGiven = false;
  readonly notices: Notice[] = [];
  /** What stands in the place of a label that is kept secret, in the test splits of Hugging Face's datasets. */
  private readonly hidden: string | null;
  private readonly skipped = { label: 0, path: 0, content: 0, split: 0 };

  constructor(
    private readonly table: TableSource,
    private readonly roles: Roles,
  ) {
    this.groups = roles.group === null ? null : new Groups();
    this.ids = roles.id === null ? null : new PackedStrings();
    this.names = roles.image === null ? null : new PackedStrings();
    const label = roles.label === null ? null : table.columns[roles.label];
    this.hidden = label !== null && table.classNames?.(label) ? '-1' : null;
  }

  async gather(signal?: AbortSignal): Promise<this> {
    const { label, targets, image, group, split, id } = this.roles;
    const wanted = [label, image, group, split, id, ...targets].map(column => column ?? -1);
    let record = 0;
    for await (const records of this.table.scan(wanted, signal))
      for (let k = 0; k < records.length; k++) this.add(record++, records, k);
    const { path } = this.table;
    const { label: unlabelled, content: empty, path: outside, split: unknown } = this.skipped;
    if (unlabelled > 0)
      this.notices.push(notice('dataset.rowsUnlabelled', { file: path, n: unlabelled }));
    if (empty > 0) this.notices.push(notice('dataset.rowsEmpty', { file: path, n: empty }));
    if (outside > 0) this.notices.push(notice('dataset.pathsOutside', { file: path, n: outside }));
    if (unknown > 0) this.notices.push(notice('dataset.splitsUnknown', { file: path, n: unknown }));
    this.names?.trim();
    this.ids?.trim();
    return this;
  }

  /** Takes a record, which is record k of some. */
  private add(record: number, { columns }: Records, k: number) {
    const { table, roles, skipped } = this;
    const [label, image, group, split, id, ...targets] = columns;
    const text = textOf(label[k]);
    const numbers = targets.map(column => numberOf(column[k]));
    const unlabelled = text === null || text === this.hidden;
    if (roles.label === null ? numbers.some(Number.isNaN) : unlabelled) {
      skipped.label++;
      return;
    }
    const given = roles.split === null ? null : splitOf(textOf(split[k]) ?? '');
    const named = given ?? table.splitOf?.(record) ?? null;
    if (roles.split !== null && !named) {
      skipped.split++;
      return;
    }
    // What is an image itself needs no file.
    const content = image[k];
    if (typeof content === 'object' && content !== null) this.names = null;
    if (this.names) {
      const path = textOf(content);
      const inside = path === null ? null : insidePath(table, record, path);
      if (inside === null) {
        skipped[path === null ? 'content' : 'path']++;
        return;
      }
      this.names.push(inside);
    }
    if (named) this.splitsGiven = true;
    this.splits.push(named ?? 'train');
    if (roles.label !== null) this.labels.add(text ?? '');
    for (const value of numbers) this.numbers.push(value);
    this.groups?.add(textOf(group[k]));
    this.ids?.push(textOf(id[k]) ?? String(record));
    this.records.push(record);
  }
}

/** A path that goes down only, written in one way: no empty parts, no dots alone, no drive, no backslash. */
const plainPath = /^(?!\.{0,2}(\/|$))[^/\\:]+(\/(?!\.{0,2}(\/|$))[^/\\]+)*$/;

/** A path of a record as one below the table's folder, or null where it leads outside. */
function insidePath(table: TableSource, record: number, path: string): string | null {
  const from = table.folderOf?.(record) ?? table.folder;
  // A million paths are nearly all plain ones.
  if (from === table.folder && plainPath.test(path)) return path;
  const inside = relative(table.folder, resolve(from, path.replaceAll('\\', '/')));
  return isAbsolute(inside) || inside === '' || inside.split(/[\\/]/)[0] === '..' ? null : inside;
}

/** Contents of records. */
class Contents {
  private readonly wanted: number[];

  constructor(
    private readonly table: TableSource,
    private readonly roles: Roles,
  ) {
    const { image, text, pair, features } = roles;
    this.wanted =
      roles.content === 'image'
        ? [image ?? -1]
        : roles.content === 'text'
          ? [text ?? -1, pair ?? -1]
          : features;
  }

  /** @param place the record, for messages */
  async read(record: number, place: string): Promise<SampleContent> {
    const { table, roles, wanted } = this;
    const found = table.read(record, wanted);
    const cells = found instanceof Promise ? await found : found;
    if (roles.content === 'text') {
      // As it stands: to some tokenizers blanks at the ends matter.
      const [text, pair] = cells.map(cell => (textOf(cell) === null ? null : String(cell)));
      return { kind: 'text', text: text ?? '', pair: pair ?? null, file: place };
    }
    if (roles.content === 'numbers')
      return { kind: 'numbers', values: Float64Array.from(cells, numberOf), file: place };
    return imageOf(table, record, cells[0], place);
  }
}

async function imageOf(
  table: TableSource,
  record: number,
  cell: Cell,
  place: string,
): Promise<SampleContent> {
  if (cell instanceof Uint8Array) return { kind: 'encodedImage', bytes: cell, file: place };
  let path = typeof cell === 'string' ? textOf(cell) : null;
  if (typeof cell === 'object' && cell !== null) {
    const image = cell as { bytes?: unknown; path?: unknown };
    if (image.bytes instanceof Uint8Array)
      return { kind: 'encodedImage', bytes: image.bytes, file: place };
    path = typeof image.path === 'string' ? image.path : null;
  }
  const inside = path === null ? null : insidePath(table, record, path);
  if (inside === null)
    throw failure('dataset.sampleUnreadable', { file: place, detail: 'no image' });
  return readImageFile(join(table.folder, inside));
}
