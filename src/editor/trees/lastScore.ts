import { measureName } from '../../report/columns.js';
import { score } from '../../report/format.js';
import type { Report } from '../../report/schema.js';

/** How a model did in a run, in words for one line. */
export interface ModelScore {
  /** Id and shown name of the headline measure. */
  id: string;
  measure: string;
  value: string;
  dataset: string;
  classes: number | null;
  /** Whether it leads the ranking as its winner. */
  leads: boolean;
  /** Why it has no score, where it failed. */
  failed: string | null;
}

/** The headline score of the model at a path; null where the run did not have it. */
export function scoreOf(report: Report | null, path: string): ModelScore | null {
  const model = report?.models.find(m => m.path === path);
  if (!report || !model) return null;
  const { by, winner } = report.ranking;
  return {
    id: by,
    measure: measureName(report, by),
    value: score(model.scores[by]?.value),
    dataset: report.dataset.name,
    classes: model.sourceClasses,
    leads: winner === model.id,
    failed: model.status === 'failed' ? (model.reason?.message ?? '') : null,
  };
}
