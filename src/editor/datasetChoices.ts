import type { AskedRole, DatasetColumn, DatasetColumns } from '../protocol/datasetColumns.js';
import type { DatasetOptions, PixelRange } from '../protocol/datasetOptions.js';
import type { Notice, Params } from '../protocol/notice.js';

/** One way to go on where a dataset leaves a choice: what a column, or the folders in it, are taken for. */
export interface DatasetChoice {
  column: string;
  as: 'numbers' | 'classes' | 'folders';
  options: Partial<DatasetOptions>;
}

/** The ways that a user has when a dataset could not be opened for want of a choice; null for other problems. */
export function choicesOf({
  code,
  params,
}: Pick<Notice, 'code' | 'params'>): DatasetChoice[] | null {
  switch (code) {
    case 'dataset.continuous': {
      const column = String(params.column);
      return [
        { column, as: 'numbers', options: { targets: [column] } },
        { column, as: 'classes', options: { classes: true } },
      ];
    }
    case 'dataset.labelsDiffer':
      return [{ column: String(params.column), as: 'classes', options: { classes: true } }];
    case 'dataset.holdsFolders':
      return [{ column: String(params.names), as: 'folders', options: { classes: true } }];
    default:
      return null;
  }
}

/** What of a dataset's columns is asked: which holds the labels, which the samples. */
export type Question = 'label' | 'samples';

/** What a problem leaves open of columns or arrays, and those that it is between where it names them; null for other problems. */
export function openColumns({
  code,
  params,
}: Pick<Notice, 'code' | 'params'>): { questions: Question[]; among?: string[] } | null {
  switch (code) {
    case 'dataset.whichLabel':
      return { questions: ['label'], among: String(params.columns).split(', ') };
    case 'dataset.noLabelColumn':
    case 'dataset.noColumn':
      return { questions: ['label'] };
    case 'dataset.noContentColumn':
      return { questions: ['samples'] };
    case 'dataset.noLabelledArrays':
    case 'dataset.noArray':
      return { questions: ['label', 'samples'] };
    default:
      return null;
  }
}

/** A column, and what it would be taken for. */
export interface ColumnChoice {
  column: DatasetColumn;
  role: AskedRole;
}

/**
 * What may be the answer to a question. Samples are other columns than the label, of as many rows; what they are taken from is the
 * last thing that will be the label.
 */
export function answersTo(
  question: Question,
  { columns, taken }: Pick<DatasetColumns, 'columns' | 'taken'>,
  label?: string,
): ColumnChoice[] {
  const roles: AskedRole[] = question === 'label' ? ['label'] : ['text', 'image'];
  const rows = columns.find(({ name }) => name === label)?.rows;
  const samples = ({ name }: DatasetColumn) => Number(name === taken.text || name === taken.image);
  const order = question === 'label' ? 1 : -1;
  const listed = columns.toSorted((a, b) => order * (samples(a) - samples(b)));
  return roles.flatMap(role =>
    listed
      .filter(column => column.roles.includes(role) && column.name !== label)
      .filter(column => rows === undefined || column.rows === rows)
      .map(column => ({ column, role })),
  );
}

/** What was chosen before, with columns in the place of those for the same; a decision on another label goes with it. */
export function withColumns(
  before: DatasetOptions,
  chosen: readonly ColumnChoice[],
): DatasetOptions {
  const { label, image, text, ...others } = before.columns;
  const isSamples = chosen.some(({ role }) => role !== 'label');
  const kept = { ...(label ? { label } : {}), ...(isSamples ? {} : { image, text }) };
  const columns = JSON.parse(JSON.stringify({ ...others, ...kept }));
  for (const { column, role } of chosen) columns[role] = column.name;
  const isSame = columns.label === label && before.targets.length === 0;
  return { ...before, columns, ...(isSame ? {} : { targets: [], classes: false }) };
}

/** What was chosen before, with what is chosen now. */
export function withChoice(before: DatasetOptions, { options }: DatasetChoice): DatasetOptions {
  return { ...before, ...options, columns: { ...before.columns, ...options.columns } };
}

/** The ranges of pixels that files mostly have, with the one that is taken and that of the values themselves before them. */
export function rangesOffered(
  { low, high, black, white }: Params,
  chosen?: PixelRange,
): PixelRange[] {
  const numbers = ([a, b]: readonly unknown[]): PixelRange[] =>
    typeof a === 'number' && typeof b === 'number' && a !== b ? [[a, b]] : [];
  const ranges: PixelRange[] = [
    ...(chosen ? [chosen] : numbers([black, white])),
    ...numbers([low, high]),
    [0, 255],
    [0, 1],
    [-1, 1],
  ];
  const texts = ranges.map(String);
  return ranges.filter((_, k) => texts.indexOf(texts[k]) === k);
}
