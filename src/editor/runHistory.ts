import { basename } from 'node:path';
import type { RunProgress, ScoreJob } from '../protocol/job.js';
import type { Notice } from '../protocol/notice.js';
import type { PanelState } from '../protocol/panel.js';
import type { Report } from '../report/schema.js';
import type { RunStore } from './runStore.js';

/** A run of the history, for lists. */
export interface RunSummary {
  id: string;
  started: number;
  status: Exclude<PanelState['status'], 'empty'>;
  /** Name of the dataset. */
  dataset: string;
  report: Report | null;
  problem: Notice | null;
}

/** A run as it is shown now. */
interface Shown extends Omit<RunSummary, 'dataset'> {
  job: ScoreJob;
  progress: RunProgress | null;
  /** Id of the run that it goes on with. */
  resumes: string | null;
}

/** Runs that ended, the newest first; one in flight stands before them, and in the place of the one that it goes on with. */
export async function runHistory(store: RunStore, shown: Shown | null): Promise<RunSummary[]> {
  const ids = await store.list();
  const stored = await Promise.all(ids.map(id => store.load(id)));
  const runs = stored.flatMap((one, k): RunSummary[] => {
    if (!one) return [];
    const { started, status, job, problem } = one.run;
    const dataset = one.report?.dataset.name ?? basename(job.dataset);
    return [{ id: ids[k], started, status, dataset, report: one.report, problem }];
  });
  if (shown?.status !== 'running') return runs;
  const { id, started, status, job, report, problem, progress, resumes } = shown;
  const dataset = progress?.dataset ?? basename(job.dataset);
  const others = runs.filter(run => run.id !== resumes);
  return [{ id, started, status, dataset, report, problem }, ...others];
}
