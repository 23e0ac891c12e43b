import type { Report } from '../report/schema.js';
import type { DatasetColumns } from './datasetColumns.js';
import type { DatasetOptions } from './datasetOptions.js';
import type { Fits } from './fits.js';
import type { ModelOutputs } from './inference.js';
import type { RunProgress, ScoreJob } from './job.js';
import type { SampleAddress, SampleCopy } from './place.js';
import type { PredictionFile } from './predictionFile.js';

/**
 * Variable of the background process's environment: folders, as in PATH, in which and above which a native runtime that the
 * user installed is looked for. Its code is run, so they are only folders that the user trusts.
 */
export const nativeFolders = 'TRANSFERLENS_TFJS_NODE';

/** What the background process does for the editor. */
export interface WorkerApi {
  /** Runs a job to its end and resolves with its report; rows, matrices and progress come by `WorkerEvents` before. */
  score(job: ScoreJob, signal?: AbortSignal): Promise<Report>;
  /** Why a model of a finished job scores as it does: shares of classes, the samples that fit worst. */
  fits(
    params: { job: ScoreJob; model: string; count: number },
    signal?: AbortSignal,
  ): Promise<Fits>;
  /** A sample from inside a file, to be looked at. */
  sample(address: SampleAddress): Promise<SampleCopy>;
  /** The outputs of a model, for a user to choose one. */
  outputs(params: { model: string }): Promise<ModelOutputs>;
  /** Those of some models beside which no file says how samples are preprocessed. */
  assumed(params: { models: string[] }): Promise<string[]>;
  /** The arrays of a file of predictions, for a user to say which are which. */
  predictions(params: { file: string }): Promise<PredictionFile>;
  /** What of a dataset a user may be asked about; null where its layout leaves nothing open. */
  columns(params: { dataset: string; options: DatasetOptions }): Promise<DatasetColumns | null>;
  /** Bytes of the predictions store in `cache`. */
  cacheSize(params: { cache: string }): Promise<number>;
  /** Empties the predictions store in `cache`; resolves with the bytes freed. */
  clearCache(params: { cache: string }): Promise<number>;
}

/** What the background process tells while a job runs. */
export interface WorkerEvents {
  progress(progress: RunProgress): Promise<void>;
  /** The report so far: scored and failed models, ranked among themselves. */
  partial(report: Report): Promise<void>;
  /** The matrix behind the scores of a model, before a report has them; it takes the place of an earlier one of that model. */
  joint(joint: Joint): Promise<void>;
  log(entry: { level: 'debug' | 'info' | 'warn' | 'error'; text: string }): Promise<void>;
}

/** The empirical joint distribution behind one model's scores: what the heatmap of P(y|z) shows. */
export interface Joint {
  model: string;
  targetClasses: string[];
  sourceClasses: string[];
  /** Soft counts N(y, z) = sum of theta_iz over samples with y_i = y; row-major, targets by sources. */
  soft: Float32Array;
  /** Samples of class y whose most probable source class is z; same shape. */
  hard: Uint32Array;
  /** In a file that was saved: so many source classes are summed up in the last one. */
  merged?: number;
}
