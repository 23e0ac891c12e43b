import type { ColumnRole, DatasetOptions, PixelRange } from '../protocol/datasetOptions.js';
import type { Notice, Params } from '../protocol/notice.js';

/** One way to go on where a dataset leaves a choice: what a column, or the folders in it, are taken for. */
export interface DatasetChoice {
  column: string;
  as: 'label' | 'image' | 'text' | 'numbers' | 'classes' | 'folders';
  options: Partial<DatasetOptions>;
}

/** The ways that a user has when a dataset could not be opened for want of a choice; null for other problems. */
export function choicesOf({
  code,
  params,
}: Pick<Notice, 'code' | 'params'>): DatasetChoice[] | null {
  const columns = String(params.columns ?? '').split(', ');
  const among = (...roles: ('label' | 'image' | 'text')[]) =>
    roles.flatMap(role =>
      columns.map((column): DatasetChoice => {
        const chosen: Partial<Record<ColumnRole, string>> = { [role]: column };
        return { column, as: role, options: { columns: chosen } };
      }),
    );
  switch (code) {
    case 'dataset.whichLabel':
    case 'dataset.noLabelColumn':
    case 'dataset.noColumn':
      return among('label');
    case 'dataset.noContentColumn':
      return among('image', 'text');
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
