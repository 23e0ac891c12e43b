import { dirname, resolve } from 'node:path';
import { otherPrecisions } from '../models/index.js';
import type { ScoreJob } from '../protocol/job.js';
import { type Notice, notice } from '../protocol/notice.js';
import type { Entry } from './entries.js';
import type { Outcome } from './state.js';

/** Models that are named one by one; the others are counted. */
const mostNames = 5;

/** Whether a search came upon a model that takes another kind of sample than the dataset holds: that is no failure. */
export function isPassedOver(job: ScoreJob, entry: Entry, problem: Notice): boolean {
  if (problem.code !== 'model.otherContent') return false;
  return (job.found ?? []).some(path => resolve(path) === entry.path);
}

/** One line for all models that take the same other kind of sample. */
export function othersPassedOver(outcomes: readonly Outcome[]): Notice[] {
  const kinds = new Map<string, Outcome[]>();
  for (const o of outcomes) {
    const wanted = String(o.failure?.params.wanted);
    if (o.passedOver) kinds.set(wanted, [...(kinds.get(wanted) ?? []), o]);
  }
  return [...kinds].map(([wanted, some]) => {
    const names = some.slice(0, mostNames).map(o => o.entry.name);
    if (some.length > names.length) names.push('…');
    const given = some[0].failure?.params.given ?? '';
    return notice('models.otherContent', {
      wanted,
      given,
      n: some.length,
      names: names.join(', '),
    });
  });
}

/** For each model that a search chose among several precisions of one export: which were passed over. */
export async function precisionsPassedOver(
  job: ScoreJob,
  entries: readonly Entry[],
): Promise<Notice[]> {
  const found = new Set(job.found?.map(path => resolve(path)));
  const alone = entries.filter(
    ({ path }) =>
      found.has(path) && !entries.some(o => o.path !== path && dirname(o.path) === dirname(path)),
  );
  const lists = await Promise.all(
    alone.map(async ({ path }) => ({ path, others: await otherPrecisions(path) })),
  );
  return lists.flatMap(({ path, others }) =>
    others.length === 0
      ? []
      : [notice('models.precisions', { file: path, names: others.join(', ') })],
  );
}
