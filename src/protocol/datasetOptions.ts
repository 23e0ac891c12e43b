import * as z from 'zod';

/** What a column of a table can be. */
export const columnRoles = ['label', 'image', 'text', 'pair', 'group', 'split', 'id'] as const;
export type ColumnRole = (typeof columnRoles)[number];

/** What a user chooses where a dataset leaves a choice. */
export const datasetOptionsSchema = z.object({
  /** Names of columns (or arrays) by role; those left out are found by their names and contents. */
  columns: z.partialRecord(z.enum(columnRoles), z.string()).default({}),
  /** Names of columns (or arrays) whose numbers are the labels, in the place of classes. */
  targets: z.array(z.string()).default([]),
  /** Take for classes what looks like something else: numbers like measurements, texts that nearly all differ, folders of folders. */
  classes: z.boolean().default(false),
  /** Which numbers stand for black and white in an array of images; otherwise told by their values. */
  pixelRange: z.tuple([z.number(), z.number()]).optional(),
});
export type DatasetOptions = z.infer<typeof datasetOptionsSchema>;

export const noOptions: DatasetOptions = { columns: {}, targets: [], classes: false };

/** Which numbers stand for black and for white; images may be stored with white the smaller number. */
export type PixelRange = [black: number, white: number];

/** `BLACK:WHITE` as a user writes it, such as 0:16; null where it is something else. */
export function parsePixelRange(text: string): PixelRange | null {
  const [black, white, ...more] = text
    .split(':')
    .map(x => (x.trim() === '' ? Number.NaN : Number(x)));
  const two = more.length === 0 && Number.isFinite(black) && Number.isFinite(white);
  return two && black !== white ? [black, white] : null;
}
