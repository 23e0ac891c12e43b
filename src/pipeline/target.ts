import type { Dataset } from '../datasets/dataset.js';
import { openDataset } from '../datasets/open.js';
import { hashSamples } from '../predictions/index.js';
import { noOptions } from '../protocol/datasetOptions.js';
import type { SampleNotice } from '../protocol/inference.js';
import type { ScoreJob } from '../protocol/job.js';
import { failure, throwIfCancelled } from '../protocol/notice.js';
import { CommonPopulation, canBeScored, populationOf } from './population.js';
import type { Samples } from './predict.js';
import type { ProgressTracker } from './progress.js';
import { chooseSample, type Sample } from './sample.js';

/** The target dataset of a run: what of it is scored, and what of that could be read. */
export interface Target {
  dataset: Dataset;
  sample: Sample;
  samples: Samples;
  /** Samples whose file could not even be read. */
  unreadable: readonly SampleNotice[];
  common: CommonPopulation;
  /** Whose hashes those of its samples are: the dataset, and what was chosen of it. */
  owner: string;
}

/** Opens the dataset of a job, chooses its sample and hashes it. Throws where fewer than two classes can be read. */
export async function openTarget(
  cache: string,
  job: ScoreJob,
  progress: ProgressTracker,
  signal?: AbortSignal,
): Promise<Target> {
  const dataset = await openDataset(job.dataset, job.options, signal);
  try {
    return await targetOf(dataset, cache, job, progress, signal);
  } catch (error) {
    await dataset.close?.();
    throw error;
  }
}

async function targetOf(
  dataset: Dataset,
  cache: string,
  job: ScoreJob,
  progress: ProgressTracker,
  signal?: AbortSignal,
): Promise<Target> {
  const sample = chooseSample(dataset, job);
  if (!dataset.numbers && new Set(Array.from(sample.rows, row => dataset.labels[row])).size < 2)
    throw failure('dataset.oneClassLeft', { file: dataset.path, split: sample.split });
  progress.sample(dataset.name, sample.rows.length, sample.available);

  // The same file gives other samples by other columns or another range of pixels.
  const chosen = JSON.stringify(job.options);
  const owner = chosen === JSON.stringify(noOptions) ? dataset.path : `${dataset.path}\n${chosen}`;
  const { samples, failed } = await hashSamples(cache, dataset, sample.rows, signal, owner);
  const unread = { file: dataset.path, detail: failed[0]?.notice.message ?? '' };
  if (samples.rows.length === 0) throw failure('dataset.noneReadable', unread);
  const common = new CommonPopulation(dropped => populationOf(samples, dataset, dropped, job.seed));
  if (!canBeScored(common.current))
    throw dataset.numbers
      ? failure('dataset.constantNumbers', {
          file: dataset.path,
          names: dataset.numbers.names.join(', '),
        })
      : failure('dataset.oneClassReadable', unread);
  // The same image twice goes through a model once.
  progress.toPredict(new Set(samples.hashes).size);
  throwIfCancelled(signal);
  return { dataset, sample, samples, unreadable: failed, common, owner };
}
