import * as z from 'zod';
import { datasetOptionsSchema, noOptions } from './datasetOptions.js';
import type { MessageCode } from './messages.js';

/** A notice that comes from a file. A code of another version is let through: its message is shown as it is. */
export const noticeSchema = z.object({
  code: z.string() as unknown as z.ZodType<MessageCode>,
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  message: z.string(),
});

/** A request to score source models on a target dataset. */
export const scoreJobSchema = z.object({
  /** Absolute paths of the models, in the order they are shown while none is scored. */
  models: z.array(z.string()).min(1),
  /** Those of them that a search came upon and nobody named: of these, what takes another kind of sample is passed over. */
  found: z.array(z.string()).optional(),
  /** Those that failed before and are not tried again, and why: by absolute path. */
  failed: z.record(z.string(), noticeSchema).optional(),
  /** Absolute path of the dataset. */
  dataset: z.string(),
  /** What the user chose where the dataset leaves a choice. */
  options: datasetOptionsSchema.default(noOptions),
  /** Ids of measures; empty: the default ones. */
  measures: z.array(z.string()),
  /** What the user will do next with the model that is chosen: it decides which score ranks. */
  intent: z.enum(['fineTune', 'retrainHead']).default('fineTune'),
  /** Which part of the dataset is scored; `auto`: train where there is one, else all. */
  split: z.enum(['auto', 'train', 'val', 'test', 'all']),
  /** Half-open range of rows of the (split) dataset, in its own order. */
  rows: z.tuple([z.number().int().nonnegative(), z.number().int().positive()]).optional(),
  /** Size of the stratified sample; `auto`: max(2000, 50 a class). */
  maxSamples: z.union([z.number().int().positive(), z.literal('auto'), z.literal('all')]),
  seed: z.number().int().nonnegative(),
  /** Inference threads a model; 0: decided by the machine. */
  threads: z.number().int().nonnegative(),
  /** Folder of the predictions store, or null for a temporary one that is removed after the run. */
  cache: z.string().nullable(),
  /** Size of the store above which least recently used predictions are evicted, bytes. */
  cacheLimit: z.number().positive(),
});
export type ScoreJob = z.infer<typeof scoreJobSchema>;

/** How far one model of a run is. */
export interface ModelProgress {
  id: string;
  name: string;
  /** Absolute path. */
  path: string;
  state: 'waiting' | 'loading' | 'running' | 'scoring' | 'scored' | 'failed';
  /** Images whose outputs are in the store, of those of the sample. */
  done: number;
  total: number;
  imagesPerSecond: number | null;
}

/** How far a run is. */
export interface RunProgress {
  phase: 'listing' | 'inference' | 'scoring' | 'done';
  /** Name of the dataset; null while it is being read. */
  dataset: string | null;
  models: ModelProgress[];
  /** Seconds left for the sample, all models together; null while unknown. */
  secondsLeft: number | null;
  /** Seconds that the whole dataset would take from cold, all models; null while unknown. */
  secondsForAll: number | null;
  /** Images in the sample, and in the chosen split. */
  scored: number;
  available: number;
}
