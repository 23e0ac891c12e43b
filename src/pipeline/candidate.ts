import type { ScoreJob } from '../protocol/job.js';
import { Cancelled, failure, noticeOf, withCauses } from '../protocol/notice.js';
import type { Joint } from '../protocol/worker.js';
import type { Entry } from './entries.js';
import { jointOf } from './modelReport.js';
import { isPassedOver } from './passedOver.js';
import { type Prediction, predict } from './predict.js';
import type { Forward, Log } from './process.js';
import type { ProgressTracker } from './progress.js';
import { inspect, score } from './score.js';
import type { Outcome } from './state.js';
import type { Target } from './target.js';

/** What the candidates of a run share. */
export interface Contest {
  job: ScoreJob;
  cache: string;
  target: Target;
  measures: readonly string[];
  /** Inference threads of each model. */
  threads: number;
  forward: Forward;
  progress: ProgressTracker;
  events: { joint(joint: Joint): void; log: Log };
  signal?: AbortSignal;
}

/** Predicts and scores one candidate. What goes wrong is its own outcome; rejects with `Cancelled` alone. */
export async function candidate(entry: Entry, contest: Contest): Promise<Outcome> {
  const { progress, target, signal } = contest;
  const outcome: Outcome = { entry, seconds: { load: 0, infer: 0, score: 0 } };
  try {
    progress.update(entry.id, { state: 'loading' });
    const prediction = await predictionOf(entry, contest);
    outcome.prediction = prediction;
    Object.assign(outcome.seconds, prediction.seconds);
    progress.update(entry.id, { state: 'scoring' });
    outcome.inspection = await inspect(prediction, target.samples, signal);
    const { unusable } = outcome.inspection;
    if (!target.common.drop(unusable))
      throw failure('model.oneClassLeft', {
        file: entry.path,
        n: unusable.size,
        detail: [...prediction.failed.values()][0]?.message ?? '',
      });
    await scoreOn(outcome, contest);
    progress.update(entry.id, { state: 'scored' });
  } catch (error) {
    fail(outcome, error, contest);
  }
  return outcome;
}

/** Scores a candidate once more where a later one could not use some of its samples: all are compared on the same. */
export async function scoreAgain(outcome: Outcome, contest: Contest): Promise<void> {
  if (!outcome.evaluation || outcome.population === contest.target.common.current) return;
  await scoreOn(outcome, contest).catch(error => fail(outcome, error, contest));
}

function predictionOf(entry: Entry, contest: Contest): Promise<Prediction> {
  const { job, cache, target, threads, forward, progress, events, signal } = contest;
  const { dataset, samples } = target;
  return predict(entry, {
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
}

/** Scores what a candidate left on the samples that all of them can use so far. */
async function scoreOn(outcome: Outcome, contest: Contest): Promise<void> {
  const { cache, target, measures, events, signal } = contest;
  const { prediction, inspection } = outcome;
  if (!prediction || !inspection) return;
  const began = performance.now();
  // Another model in flight may drop samples meanwhile: what is scored here is this population all the same.
  const population = target.common.current;
  const kind = inspection.kind?.value ?? null;
  const scored = await score(cache, prediction, kind, population, measures, signal);
  const { joint: counts, ...evaluation } = scored;
  Object.assign(outcome, { evaluation, population });
  const joint = jointOf(prediction, population, counts);
  if (joint) events.joint(joint);
  outcome.seconds.score += (performance.now() - began) / 1000;
}

/** Makes a problem the candidate's own; a cancelled run ends instead. */
function fail(outcome: Outcome, error: unknown, { job, progress, events, signal }: Contest): void {
  const { entry, prediction } = outcome;
  if (error instanceof Cancelled || signal?.aborted) {
    prediction?.reader.close();
    throw new Cancelled();
  }
  outcome.failure = noticeOf(error);
  outcome.evaluation = undefined;
  outcome.passedOver = isPassedOver(job, entry, outcome.failure);
  if (outcome.passedOver) progress.leave(entry.id);
  else {
    events.log('error', withCauses(error));
    progress.update(entry.id, { state: 'failed' });
  }
}
