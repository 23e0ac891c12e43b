import { type ScoreJob, scoreJobSchema } from '../protocol/job.js';
import type { PanelState } from '../protocol/panel.js';
import type { Report } from '../report/schema.js';

/** What decides whether another run goes on with a run. */
export interface Earlier {
  status: PanelState['status'];
  job: ScoreJob;
  /** Paths that changed on disk since it began. */
  stale: readonly string[];
}

/**
 * Whether a job goes on with a run: the same job, which did not come to its end, on files that are as they were. The two are one
 * entry of the history; scored again after its end, a job is another.
 */
export function goesOn({ status, job: before, stale }: Earlier, job: ScoreJob): boolean {
  const ended = status === 'cancelled' || status === 'failed';
  return ended && stale.length === 0 && textOf(before) === textOf(job);
}

/** Whether a report holds more than another: scores of more models. */
export function holdsMore(report: Report | null, other: Report | null): boolean {
  return scored(report) > scored(other);
}

function scored(report: Report | null): number {
  return report?.models.filter(({ status }) => status === 'scored').length ?? 0;
}

/** The same text for the same job, whether it was read from a file or put together here. */
function textOf(job: ScoreJob): string {
  return JSON.stringify(scoreJobSchema.parse(job));
}
