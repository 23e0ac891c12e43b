import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataset } from '../datasets/open.js';
import { defaultMeasures } from '../measures/index.js';
import { evict, hashSamples } from '../predictions/index.js';

import type { RunProgress, ScoreJob } from '../protocol/job.js';
import { Cancelled, failure, noticeOf, throwIfCancelled } from '../protocol/notice.js';
import type { RunResult } from '../protocol/worker.js';
import { assemble, type Outcome } from './assemble.js';
import { type Entry, entriesOf } from './entries.js';
import { populationOf } from './population.js';
import { predict, type Samples } from './predict.js';
import type { Forward, Log } from './process.js';
import { ProgressTracker } from './progress.js';
import { chooseSample } from './sample.js';
import { inspect, score } from './score.js';

export interface RunEvents {
  progress(progress: RunProgress): void;
  /** The report so far: called whenever another model is scored or has failed. */
  partial(result: RunResult): void;
  log: Log;
}

/**
 * One run from job to report: predict, score, rank. A model that fails costs its own row.
 * Rejects only when nothing can be ranked at all: the dataset is unreadable, or the run was cancelled.
 */
export async function run(
  job: ScoreJob,
  forward: Forward,
  events: RunEvents,
  signal?: AbortSignal,
): Promise<RunResult> {
  const temporary = job.cache === null ? await mkdtemp(join(tmpdir(), 'transferlens-')) : null;
  if (temporary) events.log('debug', `temporary store ${temporary}`);
  try {
    return await runIn(temporary ?? (job.cache as string), job, forward, events, signal);
  } finally {
    if (temporary) await rm(temporary, { recursive: true, force: true });
  }
}

async function runIn(
  cache: string,
  job: ScoreJob,
  forward: Forward,
  events: RunEvents,
  signal?: AbortSignal,
): Promise<RunResult> {
  const entries = await entriesOf(job.models);
  const progress = new ProgressTracker(entries, events.progress);
  progress.begin('listing');
  const dataset = await openDataset(job.dataset, signal);
  const sample = chooseSample(dataset, job);
  if (new Set(Array.from(sample.rows, row => dataset.labels[row])).size < 2)
    throw failure('dataset.oneClassLeft', { file: dataset.path, split: sample.split });
  progress.sample(sample.rows.length, sample.available);
  const hashed = await hashSamples(cache, dataset, sample.rows, signal);
  const samples: Samples = hashed.samples;
  if (samples.rows.length === 0)
    throw failure('dataset.noneReadable', {
      file: dataset.path,
      detail: hashed.failed[0]?.notice.message ?? '',
    });
  throwIfCancelled(signal);

  progress.begin('inference');
  const outcomes = new Map<string, Outcome>();
  const measures = job.measures.length > 0 ? job.measures : [...defaultMeasures];
  const { inFlight, threads } = await resources(entries, job.threads);
  const dropped = new Set<string>();
  const population = () =>
    populationOf(samples, dataset.labels, dataset.classes, dropped, job.seed);
  let common = population();
  const report = (final: boolean) =>
    assemble({
      cache,
      entries,
      outcomes,
      dataset,
      sample,
      samples,
      common,
      unreadable: hashed.failed,
      dropped,
      job,
      final,
      signal,
    });

  const scoreOne = async (outcome: Outcome) => {
    const began = performance.now();
    const { prediction, inspection } = outcome;
    if (!prediction || !inspection) return;
    outcome.evaluation = await score(
      cache,
      prediction,
      inspection.kind.value,
      common,
      measures,
      signal,
    );
    outcome.population = common;
    outcome.seconds.score += (performance.now() - began) / 1000;
  };

  let told = performance.now();
  const one = async (entry: Entry) => {
    const outcome: Outcome = { entry, seconds: { load: 0, infer: 0, score: 0 } };
    try {
      progress.update(entry.id, { state: 'loading' });
      const prediction = await predict(entry, {
        dataset: dataset.path,
        samples,
        cache,
        threads,
        forward,
        onProgress: (done, imagesPerSecond) =>
          progress.update(entry.id, {
            done,
            ...(imagesPerSecond === null ? {} : { imagesPerSecond, state: 'running' }),
          }),
        onWaiting: () => events.log('info', `${entry.path}: another window is computing it`),
        signal,
      });
      outcome.prediction = prediction;
      Object.assign(outcome.seconds, prediction.seconds);
      progress.update(entry.id, { state: 'scoring' });
      outcome.inspection = await inspect(prediction, samples);
      const before = dropped.size;
      for (const hash of outcome.inspection.unusable) dropped.add(hash);
      if (dropped.size > before) common = population();
      if (common.classes.length < 2)
        throw failure('model.noPredictions', {
          file: entry.path,
          detail: [...prediction.failed.values()][0]?.message ?? '',
        });
      await scoreOne(outcome);
      progress.update(entry.id, { state: 'scored' });
    } catch (error) {
      if (error instanceof Cancelled || signal?.aborted) throw new Cancelled();
      outcome.failure = noticeOf(error);
      events.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
      progress.update(entry.id, { state: 'failed' });
    }
    outcomes.set(entry.id, outcome);
    // Models that come at once from the store are shown together.
    if (performance.now() - told < 200) return;
    events.partial(await report(false));
    told = performance.now();
  };

  const queue = [...entries];
  const lane = async () => {
    for (let entry = queue.shift(); entry; entry = queue.shift()) await one(entry);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  throwIfCancelled(signal);

  progress.begin('scoring');
  // A sample that a later model could not use is dropped for the earlier ones too: all are compared on the same.
  for (const outcome of outcomes.values())
    if (outcome.evaluation && outcome.population !== common) await scoreOne(outcome);
  const result = await report(true);
  for (const outcome of outcomes.values()) outcome.prediction?.reader.close();
  if (job.cache !== null) {
    const used = [...outcomes.values()].flatMap(o =>
      o.prediction ? [o.prediction.opened.key] : [],
    );
    await evict(cache, job.cacheLimit, new Set(used)).catch(error =>
      events.log('warn', `Predictions store: ${noticeOf(error).message}`),
    );
  }
  progress.begin('done');
  return result;
}

/** How many models run at once and with how many threads each: half the cores decode, memory sets the limit. */
async function resources(entries: readonly Entry[], asked: number) {
  const cores = availableParallelism();
  const largest = Math.max(...entries.map(entry => entry.bytes), 1);
  const affordable = Math.floor((0.7 * freemem()) / (2 * largest + 300e6));
  const inFlight = Math.max(1, Math.min(entries.length, Math.floor(cores / 2), affordable));
  const threads = asked > 0 ? asked : Math.max(1, Math.floor(cores / inFlight) - 1);
  return { inFlight, threads };
}
