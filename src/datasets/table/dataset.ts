import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import type { SampleContent } from '../../protocol/content.js';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import type { Split } from '../../protocol/found.js';
import { detailOf, failure, type Notice, notice } from '../../protocol/notice.js';
import { ClassLabels, Groups, Growing } from '../classLabels.js';
import type { Dataset } from '../dataset.js';
import { splitOf } from '../imageFolder/names.js';
import { classNamesBeside } from './classFiles.js';
import { chooseRoles, type Roles } from './columns.js';
import { type Cell, numberOf, type Records, type TableSource, textOf } from './source.js';

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
    label === null ? null : (table.classNames?.(label) ?? (await classNamesBeside(path)));
  const classes =
    label === null
      ? { classes: [], labels: new Int32Array(records.length) }
      : labels.done(path, label, options, names);
  const record = records.values();
  const content = new Contents(table, roles);
  return {
    path,
    name: basename(path, extname(path)),
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
    ...(ids ? { sampleId: (i: number) => ids[i] } : {}),
    sampleName: i => rows.names?.[i] ?? `${basename(table.fileOf(record[i]))}#${record[i] + 1}`,
    sampleFile: i => (rows.names ? join(dirname(path), rows.names[i]) : table.fileOf(record[i])),
    read: i => content.read(record[i]),
  };
}

async function headOf(table: TableSource, signal?: AbortSignal): Promise<Records> {
  if (table.head) return table.head(headRecords);
  const all = table.columns.map((_, c) => c);
  const head: (readonly Cell[])[] = [];
  for await (const some of table.scan(all, signal)) {
    head.push(...some.slice(0, headRecords - head.length));
    if (head.length >= headRecords) break;
  }
  return head;
}

/** What one pass over a table gathers, record by record. */
class Rows {
  readonly labels = new ClassLabels();
  readonly numbers = new Growing(Float64Array);
  readonly records = new Growing(Int32Array);
  readonly splits: Split[] = [];
  readonly groups: Groups | null;
  readonly ids: string[] | null;
  /** Paths of images relative to the table, where it names files. */
  names: string[] | null;
  splitsGiven = false;
  readonly notices: Notice[] = [];
  private readonly skipped = { label: 0, path: 0, content: 0, split: 0 };

  constructor(
    private readonly table: TableSource,
    private readonly roles: Roles,
  ) {
    this.groups = roles.group === null ? null : new Groups();
    this.ids = roles.id === null ? null : [];
    this.names = roles.image === null || table.embeds?.(roles.image) ? null : [];
  }

  async gather(signal?: AbortSignal): Promise<this> {
    const { label, targets, image, group, split, id } = this.roles;
    const paths = this.names ? image : null;
    const wanted = [label, paths, group, split, id, ...targets].map(column => column ?? -1);
    let record = 0;
    for await (const records of this.table.scan(wanted, signal)) {
      for (const row of records) this.add(record++, row);
    }
    const { path } = this.table;
    const { label: unlabelled, path: outside, split: unknown } = this.skipped;
    if (unlabelled > 0)
      this.notices.push(notice('dataset.rowsUnlabelled', { file: path, n: unlabelled }));
    if (outside > 0) this.notices.push(notice('dataset.pathsOutside', { file: path, n: outside }));
    if (unknown > 0) this.notices.push(notice('dataset.splitsUnknown', { file: path, n: unknown }));
    return this;
  }

  private add(record: number, [label, image, group, split, id, ...targets]: readonly Cell[]) {
    const { table, roles } = this;
    const text = textOf(label);
    const numbers = targets.map(numberOf);
    if (roles.label === null ? numbers.some(Number.isNaN) : text === null) {
      this.skipped.label++;
      return;
    }
    if (this.names) {
      // What is an image itself needs no file.
      if (typeof image === 'object' && image !== null) this.names = null;
      else {
        const inside = insidePath(table.path, textOf(image));
        if (inside === null) {
          this.skipped.path++;
          return;
        }
        this.names.push(inside);
      }
    }
    const named = splitOf(textOf(split) ?? '');
    if (roles.split !== null && !named) {
      this.skipped.split++;
      this.names?.pop();
      return;
    }
    const ofFile = table.splitOf?.(record) ?? null;
    if (named ?? ofFile) this.splitsGiven = true;
    this.splits.push(named ?? ofFile ?? 'train');
    if (roles.label !== null) this.labels.add(text ?? '');
    for (const value of numbers) this.numbers.push(value);
    this.groups?.add(textOf(group));
    this.ids?.push(textOf(id) ?? String(record));
    this.records.push(record);
  }
}

/** A path of a table as one below the table's folder, or null where it leads outside. */
function insidePath(table: string, path: string | null): string | null {
  if (path === null) return null;
  const folder = resolve(dirname(table));
  const inside = relative(folder, resolve(folder, path.replaceAll('\\', '/')));
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

  async read(record: number): Promise<SampleContent> {
    const { table, roles, wanted } = this;
    const cells = await table.read(record, wanted);
    const place = `${table.fileOf(record)}#${record + 1}`;
    if (roles.content === 'text') {
      const [text, pair] = cells.map(textOf);
      return { kind: 'text', text: text ?? '', pair: pair ?? null, file: place };
    }
    if (roles.content === 'numbers')
      return { kind: 'numbers', values: Float64Array.from(cells, numberOf), file: place };
    return imageOf(table, cells[0], place);
  }
}

async function imageOf(table: TableSource, cell: Cell, place: string): Promise<SampleContent> {
  if (cell instanceof Uint8Array) return { kind: 'encodedImage', bytes: cell, file: place };
  let path = textOf(cell);
  if (typeof cell === 'object' && cell !== null) {
    const image = cell as { bytes?: unknown; path?: unknown };
    if (image.bytes instanceof Uint8Array)
      return { kind: 'encodedImage', bytes: image.bytes, file: place };
    path = typeof image.path === 'string' ? image.path : null;
  }
  const inside = insidePath(table.path, path);
  if (inside === null)
    throw failure('dataset.sampleUnreadable', { file: place, detail: 'no image' });
  const file = join(dirname(table.path), inside);
  try {
    return { kind: 'encodedImage', bytes: await readFile(file), file };
  } catch (error) {
    throw failure('dataset.sampleUnreadable', { file, detail: detailOf(error) }, error);
  }
}
