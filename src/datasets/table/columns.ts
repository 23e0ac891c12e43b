import { type ColumnRole, type DatasetOptions, noOptions } from '../../protocol/datasetOptions.js';
import { failure } from '../../protocol/notice.js';
import { isImage, splitOf } from '../imageFolder/names.js';
import { type Cell, numberOf, type Records, textOf } from './source.js';

/** Which column is what; positions among the table's columns, or null. */
export interface Roles {
  content: 'image' | 'text' | 'numbers';
  /** Null where labels are numbers. */
  label: number | null;
  /** Columns whose numbers are the labels. */
  targets: number[];
  image: number | null;
  text: number | null;
  pair: number | null;
  /** Columns of a table of numbers that go into a model. */
  features: number[];
  group: number | null;
  split: number | null;
  id: number | null;
}

/** What columns of each kind are usually called, the likeliest first. */
const usual: Record<ColumnRole, RegExp[]> = {
  label: [
    /^labels?$/i,
    /^(class|class_?(name|label|id)|category|target|y)$/i,
    /^(species|intent|sentiment|emotion|diagnosis|topic|genre|fine_label|coarse_label)$/i,
    /[._-](label|class|category)$/i,
    // Parts of WebDataset's samples.
    /^(cls|class_?index)$/i,
    /^txt$/i,
  ],
  image: [
    /^(image|img|picture|photo)s?$/i,
    /^((image|img)[._-]?)?(path|file|file_?name|file_?path)s?$/i,
  ],
  text: [
    /^(text|sentence|sentence_?1|text_?a|premise|question_?1|question|query|utterance)$/i,
    /^(content|review|tweet|comment|message|document|body|abstract|description|title|headline|txt)$/i,
  ],
  pair: [/^(sentence_?2|text_?b|text_?pair|hypothesis|question_?2|passage)$/i],
  group: [/^(group|patient|subject|video|scene|session|speaker|donor|user|site|case)([._-]?id)?$/i],
  split: [/^(split|subset|partition|fold)$/i],
  id: [/^(__key__|id|uid|uuid|guid|key|(sample|image|example|row)[._-]?id)$/i],
};

/**
 * Decides what the columns are: those that the user names, then those that are called as usual and hold what they should.
 * @param head the first records, all columns
 * @throws TransferLensError that lists the columns and says how to choose
 */
export function chooseRoles(
  file: string,
  columns: readonly string[],
  head: Records,
  options: DatasetOptions,
): Roles {
  const list = columns.join(', ');
  const at = (name: string): number => {
    const found = columns.indexOf(name);
    if (found < 0) throw failure('dataset.noColumn', { file, column: name, columns: list });
    return found;
  };
  const given = (role: ColumnRole): number | null => {
    const name = options.columns[role];
    return name === undefined ? null : at(name);
  };
  const targets = options.targets.map(at);
  const label = targets.length > 0 ? null : (given('label') ?? labelColumn(file, columns, head));
  const taken = new Set<number | null>([label, ...targets]);
  const find = (role: ColumnRole, fits: (cell: Cell) => boolean): number | null => {
    const chosen = given(role);
    const found = chosen ?? named(columns, role, c => !taken.has(c) && mostly(head, c, fits));
    if (found !== null) taken.add(found);
    return found;
  };
  const split = find('split', cell => splitOf(textOf(cell) ?? '') !== null);
  const group = find('group', cell => textOf(cell) !== null);
  const id = find('id', cell => textOf(cell) !== null);
  const image = find('image', isImageCell) ?? onlyImages(columns, head);
  const text = image === null ? find('text', isText) : null;
  const pair = text === null ? null : find('pair', isText);
  // Where other columns are to be predicted, what is called a label is still none that a model was given.
  const isLabel = (c: number) =>
    targets.length > 0 && usual.label.slice(0, 2).some(pattern => pattern.test(columns[c]));
  const features =
    image === null && text === null
      ? columns.flatMap((_, c) =>
          !taken.has(c) && !isLabel(c) && mostly(head, c, cell => !Number.isNaN(numberOf(cell)))
            ? [c]
            : [],
        )
      : [];
  if (image === null && text === null && features.length === 0)
    throw failure('dataset.noContentColumn', { file, columns: list });
  const content = image !== null ? 'image' : text !== null ? 'text' : 'numbers';
  return { content, label, targets, image, text, pair, features, group, split, id };
}

/**
 * The same of a table of which nobody has chosen anything; where it is open which of several columns is the label, `label` is null,
 * and what else there is is told by the first of them.
 */
export function likelyRoles(file: string, columns: readonly string[], head: Records): Roles {
  const [label, other] = labelColumns(columns, head);
  if (other === undefined) return chooseRoles(file, columns, head, noOptions);
  const options = { ...noOptions, columns: { label: columns[label] } };
  return { ...chooseRoles(file, columns, head, options), label: null };
}

/**
 * Whether a table that nobody has named is taken for labelled data. Numbers with a label are what half of all logs are: they want
 * two columns, and no doubt of which one is the label.
 */
export function isLabelled({ content, features, label }: Roles): boolean {
  return content !== 'numbers' || (features.length > 1 && label !== null);
}

/** The one column that holds images or their paths, whatever it is called. */
function onlyImages(columns: readonly string[], head: Records): number | null {
  const found = columns.flatMap((_, c) => (mostly(head, c, isImageCell) ? [c] : []));
  return found.length === 1 ? found[0] : null;
}

function labelColumn(file: string, columns: readonly string[], head: Records): number {
  const found = labelColumns(columns, head);
  if (found.length === 1) return found[0];
  if (found.length === 0)
    throw failure('dataset.noLabelColumn', { file, columns: columns.join(', ') });
  const names = found.map(c => columns[c]).join(', ');
  throw failure('dataset.whichLabel', { file, columns: names });
}

/** Columns of which one is the label, by their names: the likeliest kind of name that there is. */
function labelColumns(columns: readonly string[], head: Records): number[] {
  for (const pattern of usual.label) {
    const found = columns.flatMap((name, c) => (pattern.test(name) ? [c] : []));
    if (found.length > 0) return found;
  }
  // Images and one column more, which is no id of theirs: there is nothing else that it could be.
  const images = columns.length === 2 ? onlyImages(columns, head) : null;
  const other = columns[1 - (images ?? 0)];
  return images !== null && !usual.id.some(pattern => pattern.test(other)) ? [1 - images] : [];
}

function named(
  columns: readonly string[],
  role: ColumnRole,
  fits: (column: number) => boolean,
): number | null {
  for (const pattern of usual[role])
    for (const [c, name] of columns.entries()) if (pattern.test(name) && fits(c)) return c;
  return null;
}

/** Whether nearly all cells of a column that are not empty are of a kind. */
function mostly(head: Records, column: number, fits: (cell: Cell) => boolean): boolean {
  const cells = Array.from(head.columns[column]).filter(cell => textOf(cell) !== null);
  return cells.length > 0 && cells.filter(fits).length >= 0.9 * cells.length;
}

/** Whether a column holds images or their paths, or texts. */
export function mayBeImages(head: Records, column: number): boolean {
  return mostly(head, column, isImageCell);
}
export function mayBeTexts(head: Records, column: number): boolean {
  return mostly(head, column, isText);
}

/** A path with an image's ending, or what Parquet holds of an image: its bytes, or a struct with them or a path. */
function isImageCell(cell: Cell): boolean {
  if (typeof cell === 'string') return isImage(cell.trim());
  if (cell instanceof Uint8Array) return true;
  return typeof cell === 'object' && cell !== null && ('bytes' in cell || 'path' in cell);
}

function isText(cell: Cell): boolean {
  return typeof cell === 'string' && Number.isNaN(Number(cell));
}
