import { measureName } from '../../report/columns.js';
import { score } from '../../report/format.js';
import type { Report } from '../../report/schema.js';

/** How a model did in a run, in words for one line. */
export interface ModelScore {
  /** Shown name of the headline measure, in English. */
  measure: string;
  value: string;
  dataset: string;
  classes: number | null;
  /** Whether it leads the ranking as its winner. */
  leads: boolean;
  /** Why it has no score, where it failed. */
  failed: Report['models'][number]['reason'] | null;
}

/** The last headline scores, by the models' paths. @param reports the newest first */
export function lastScores(reports: readonly Report[]): Map<string, ModelScore> {
  const scores = new Map<string, ModelScore>();
  for (const report of reports)
    for (const model of report.models)
      if (!scores.has(model.path)) scores.set(model.path, scoreOf(report, model));
  return scores;
}

function scoreOf(report: Report, model: Report['models'][number]): ModelScore {
  const { by, winner, order } = report.ranking;
  return {
    measure: measureName(report, by),
    value: score(model.scores[by]?.value),
    dataset: report.dataset.name,
    classes: model.sourceClasses,
    leads: winner === model.id && order.length > 1,
    failed: model.status === 'failed' ? (model.reason ?? null) : null,
  };
}
