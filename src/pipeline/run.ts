import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultMeasures, measureOf } from '../measures/index.js';
import { evict } from '../predictions/index.js';
import type { RunProgress, ScoreJob } from '../protocol/job.js';
import {
  detailOf,
  type Notice,
  noticeOf,
  throwIfCancelled,
  withCauses,
} from '../protocol/notice.js';
import type { Joint } from '../protocol/worker.js';
import type { Report } from '../report/schema.js';
import { assemble } from './assemble.js';
import { candidate, scoreAgain } from './candidate.js';
import { copiesAcrossSplits } from './copies.js';
import { entriesOf } from './entries.js';
import { PartialReports } from './partials.js';
import { precisionsPassedOver } from './passedOver.js';
import type { Forward, Log } from './process.js';
import { ProgressTracker } from './progress.js';
import { resources } from './resources.js';
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
  const contest = { job, cache, target, measures, threads, forward, progress, events, signal };
  const found: Notice[] = await precisionsPassedOver(job, entries);
  const report = (final: boolean) =>
    assemble({
      ...{ cache, entries, outcomes, target, found, job, final, signal },
      common: target.common.current,
    });
  const copies = copiesAcrossSplits(cache, target, job, signal).then(
    copied => void (copied && found.push(copied)),
    // Only a warning would be lost.
    error => events.log('debug', withCauses(error)),
  );
  const partials = new PartialReports(() =>
    report(false)
      .then(events.partial)
      .catch(error => events.log('error', withCauses(error))),
  );

  try {
    progress.begin('inference');
    for (const entry of entries) {
      const failure = job.failed?.[entry.path];
      if (!failure) continue;
      outcomes.set(entry.id, { entry, failure, seconds: { load: 0, infer: 0, score: 0 } });
      progress.update(entry.id, { state: 'failed' });
    }
    if (outcomes.size > 0) partials.changed();
    const queue = entries.filter(({ id }) => !outcomes.has(id));
    const lane = async () => {
      for (let entry = queue.shift(); entry; entry = queue.shift()) {
        outcomes.set(entry.id, await candidate(entry, contest));
        partials.changed();
      }
    };
    // All have ended before this run does, also when it was cancelled: nobody writes into its store afterwards.
    const lanes = await Promise.allSettled(Array.from({ length: inFlight }, lane));
    for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
    await partials.stop();
    throwIfCancelled(signal);

    progress.begin('scoring');
    for (const outcome of outcomes.values()) await scoreAgain(outcome, contest);
    await copies;
    const result = await report(true);
    if (job.cache !== null) await evictOthers(cache, job.cacheLimit, outcomes, events.log);
    progress.begin('done');
    return result;
  } finally {
    await partials.stop();
    progress.stop();
    for (const { prediction } of outcomes.values()) prediction?.reader.close();
    await copies;
    await target.dataset.close?.();
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
