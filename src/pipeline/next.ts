import { headlines, measureOf } from '../measures/index.js';
import { nextStep } from '../report/next/index.js';
import type { Next, Report } from '../report/schema.js';
import type { RunState } from './state.js';

/** The script for the first of the ranking; null where the ranking has no first that is worth training. */
export function nextOf(
  { outcomes, target, job }: RunState,
  { ranking, dataset }: Pick<Report, 'ranking' | 'dataset'>,
): Next | null {
  const [first] = ranking.order;
  if (first === undefined || ranking.signal === false) return null;
  const outcome = outcomes.get(first);
  if (!outcome?.prediction) return null;
  const { opened, reader } = outcome.prediction;
  const { entry } = outcome;
  // Of a ranking by another measure than a headline, what that predicts; else what was asked for.
  const chosen = (Object.values(headlines) as string[]).includes(ranking.by);
  const predicted = measureOf(ranking.by).predicts === 'fine-tuning' ? 'fineTune' : 'retrainHead';
  return nextStep(first, {
    intent: chosen ? job.intent : predicted,
    model: {
      path: entry.path,
      name: entry.name,
      format: entry.format,
      plan: opened.plan,
      features: opened.features,
      dimension: reader.dimension || null,
      architecture: opened.architecture,
    },
    dataset: {
      path: dataset.path,
      name: dataset.name,
      layout: dataset.layout,
      classes: target.dataset.classes,
      targets: dataset.targets ?? null,
      reading: target.dataset.reading ?? null,
    },
  });
}
