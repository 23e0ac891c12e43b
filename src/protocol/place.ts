import * as z from 'zod';
import { datasetOptionsSchema } from './datasetOptions.js';

const file = z.string();

/** Where a sample is, by the absolute path of a file, and what a click on it can show. */
export const placeSchema = z.discriminatedUnion('kind', [
  /** It is the file. */
  z.object({ kind: z.literal('file'), file }),
  /** Lines of a file of text: bytes, half-open. */
  z.object({
    kind: z.literal('lines'),
    file,
    bytes: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
  }),
  /** An image or a text inside the file, the dataset's sample `row`, of which a copy can be shown. */
  z.object({ kind: z.literal('copy'), file, row: z.number().int().nonnegative() }),
  /** A row of numbers inside the file: there is nothing more to see. */
  z.object({ kind: z.literal('row'), file }),
]);
export type SamplePlace = z.infer<typeof placeSchema>;

/** What names a sample of a dataset, for a copy of it. */
export const sampleAddressSchema = z.object({
  /** Absolute path of the dataset. */
  dataset: z.string(),
  options: datasetOptionsSchema,
  row: z.number().int().nonnegative(),
});
export type SampleAddress = z.infer<typeof sampleAddressSchema>;

/** A sample as a file of its own. */
export interface SampleCopy {
  /** Its name, with that of the file that it is from. */
  name: string;
  /** What its file's name would end in, such as `png`. */
  ending: string;
  bytes: Uint8Array;
}
