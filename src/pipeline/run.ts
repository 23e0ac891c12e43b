import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultMeasures, measureOf } from '../measures/index.js';
import { evict, type PredictionsReader } from '../predictions/index.js';
import type { RunProgress, ScoreJob } from '../protocol/job.js';
import {
  Cancelled,
  detailOf,
  failure,
  type Notice,
  noticeOf,
  throwIfCancelled,
} from '../protocol/notice.js';
import type { Joint } from '../protocol/worker.js';
import type { Report } from '../report/schema.js';
import { assemble } from './assemble.js';
import { copiesAcrossSplits } from './copies.js';
import { type Entry, entriesOf } from './entries.js';
import { jointOf } from './modelReport.js';
import { PartialReports } from './partials.js';
import { isPassedOver, precisionsPassedOver } from './passedOver.js';
import { predict } from './predict.js';
import type { Forward, Log } from './process.js';
import { ProgressTracker } from './progress.js';
import { resources } from './resources.js';
import { inspect, score } from './score.js';
import type { Outcome } from './state.js';
import { openTarget } from './target.js';

export interface RunEvents {
  progress(progress: RunProgress): void;
  /** The report so far: called whenever another model is scored or has failed. */
  partial(report: Report): void;
  /** The matrix behind a model's scores: called before a report has them, and again where they were computed again. */
  joint(joint: Joint): void;
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
): Promise<Report> {
  const temporary = job.cache === null ? await mkdtemp(join(tmpdir(), 'transferlens-')) : null;
  if (temporary) events.log('debug', `temporary store ${temporary}`);
  try {
    return await runIn(temporary ?? (job.cache as string), job, forward, events, signal);
  } finally {
    // A process that was just killed may still hold a file: that must not hide how the run ended.
    if (temporary)
      await rm(temporary, { recursive: true, force: true, maxRetries: 5 }).catch(error =>
        events.log('warn', `${temporary}: ${detailOf(error)}`),
      );
  }
}

async function runIn(
  cache: string,
  job: ScoreJob,
  forward: Forward,
  events: RunEvents,
  signal?: AbortSignal,
): Promise<Report> {
  const measures = job.measures.length > 0 ? job.measures : [...defaultMeasures];
  // One that does not exist is said before any work.
  measures.forEach(measureOf);
  const entries = await entriesOf(job.models);
  const { inFlight, threads } = resources(entries, job.threads);
  const progress = new ProgressTracker(entries, inFlight, events.progress);
  const outcomes = new Map<string, Outcome>();
  progress.begin('listing');
  const target = await openTarget(cache, job, progress, signal);
  const { dataset, samples, common } = target;
  const found: Notice[] = await precisionsPassedOver(job, entries);
  const report = (final: boolean) =>
    assemble({
      ...{ cache, entries, outcomes, target, found, job, final, signal },
      common: common.current,
    });
  const copies = copiesAcrossSplits(cache, target, job, signal).then(
    copied => void (copied && found.push(copied)),
    // Only a warning would be lost.
    error => events.log('debug', stackOf(error)),
  );
  const partials = new PartialReports(() =>
    report(false)
      .then(events.partial)
      .catch(error => events.log('error', stackOf(error))),
  );

  const scoreOne = async (outcome: Outcome) => {
    const began = performance.now();
    const { prediction, inspection } = outcome;
    if (!prediction || !inspection) return;
    // Another model in flight may drop samples meanwhile: what is scored here is this population all the same.
    const population = common.current;
    const kind = inspection.kind?.value ?? null;
    const scored = await score(cache, prediction, kind, population, measures, signal);
    const { joint: counts, ...evaluation } = scored;
    Object.assign(outcome, { evaluation, population });
    const joint = jointOf(prediction, population, counts);
    if (joint) events.joint(joint);
    outcome.seconds.score += (performance.now() - began) / 1000;
  };
  /** Makes a problem the model's own; a cancelled run ends instead. */
  const fail = (outcome: Outcome, error: unknown) => {
    if (error instanceof Cancelled || signal?.aborted) throw new Cancelled();
    outcome.failure = noticeOf(error);
    outcome.evaluation = undefined;
    outcome.passedOver = isPassedOver(job, outcome.entry, outcome.failure);
    if (outcome.passedOver) progress.leave(outcome.entry.id);
    else {
      events.log('error', stackOf(error));
      progress.update(outcome.entry.id, { state: 'failed' });
    }
  };

  const readers: PredictionsReader[] = [];
  const one = async (entry: Entry) => {
    const outcome: Outcome = { entry, seconds: { load: 0, infer: 0, score: 0 } };
    try {
      progress.update(entry.id, { state: 'loading' });
      const prediction = await predict(entry, {
        dataset: dataset.path,
        content: dataset.content,
        options: job.options,
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
      readers.push(prediction.reader);
      Object.assign(outcome.seconds, prediction.seconds);
      progress.update(entry.id, { state: 'scoring' });
      outcome.inspection = await inspect(prediction, samples, signal);
      if (!common.drop(outcome.inspection.unusable))
        throw failure('model.oneClassLeft', {
          file: entry.path,
          n: outcome.inspection.unusable.size,
          detail: [...prediction.failed.values()][0]?.message ?? '',
        });
      await scoreOne(outcome);
      progress.update(entry.id, { state: 'scored' });
    } catch (error) {
      fail(outcome, error);
    }
    outcomes.set(entry.id, outcome);
    partials.changed();
  };

  try {
    progress.begin('inference');
    const queue = [...entries];
    const lane = async () => {
      for (let entry = queue.shift(); entry; entry = queue.shift()) await one(entry);
    };
    // All have ended before this run does, also when it was cancelled: nobody writes into its store afterwards.
    const lanes = await Promise.allSettled(Array.from({ length: inFlight }, lane));
    for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
    await partials.stop();
    throwIfCancelled(signal);

    progress.begin('scoring');
    // A sample that a later model could not use is dropped for the earlier ones too: all are compared on the same.
    for (const outcome of outcomes.values())
      if (outcome.evaluation && outcome.population !== common.current)
        await scoreOne(outcome).catch(error => fail(outcome, error));
    await copies;
    const result = await report(true);
    if (job.cache !== null) await evictOthers(cache, job.cacheLimit, outcomes, events.log);
    progress.begin('done');
    return result;
  } finally {
    await partials.stop();
    progress.stop();
    for (const reader of readers) reader.close();
    await copies;
    await dataset.close?.();
  }
}

/** Keeps the store within its limit; what this run used stays. */
async function evictOthers(
  cache: string,
  limit: number,
  outcomes: ReadonlyMap<string, Outcome>,
  log: Log,
): Promise<void> {
  const used = [...outcomes.values()].flatMap(o => o.prediction?.opened.key ?? []);
  await evict(cache, limit, new Set(used)).catch(error =>
    log('warn', `Predictions store: ${noticeOf(error).message}`),
  );
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
