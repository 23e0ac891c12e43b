import { setImmediate } from 'node:timers/promises';
import { headlines, measureIds } from '../measures/index.js';
import type { ScoreJob } from '../protocol/job.js';
import { throwIfCancelled } from '../protocol/notice.js';
import { agreement, beatsNull, differences, rank } from '../ranking/index.js';
import type { Report } from '../report/schema.js';
import { noteOf } from './modelReport.js';
import { scoreNull } from './score.js';
import type { Scores } from './scores.js';
import type { Outcome, RunState } from './state.js';

/** Label permutations that the leader is held against. */
const nullDraws = 20;
/** With fewer models an order says too little for two of them to agree. */
const fewestModels = 3;
/** Models whose pairs are compared one by one; behind them nobody looks for a difference. */
const mostPaired = 50;

/**
 * The measure that ranks: the headline of what the user will do next, or the first one asked for where that is not among them. Of
 * labels that are numbers only a re-trained head says something.
 */
function headlineOf(
  { intent, measures }: Pick<ScoreJob, 'intent' | 'measures'>,
  numbers = false,
): string {
  const headline = headlines[numbers ? 'retrainHead' : intent];
  return measures.length === 0 || measures.includes(headline) ? headline : measures[0];
}

/** Ranks all models that are scored on the same samples. */
export async function orderOf(
  state: RunState,
  outcomes: readonly Outcome[],
  scores: ReadonlyMap<string, Scores>,
): Promise<Report['ranking']> {
  const by = headlineOf(state.job, state.common.numbers !== null);
  // While others still run, a model may have been scored on samples that have since been dropped.
  const compared = outcomes.filter(o => o.evaluation && o.population === state.common);
  const unranked: Report['ranking']['unranked'] = [];
  const candidates = compared.flatMap(({ entry: { id } }) => {
    const score = scores.get(id)?.[by];
    if (!score) return [];
    if (Number.isFinite(score.value)) {
      const nullValues: Float64Array | null = null;
      return [{ id, value: score.value, replicates: score.replicates, nullValues }];
    }
    unranked.push({ id, reason: noteOf(score, false).note ?? '' });
    return [];
  });
  const leader = candidates.reduce<Parameters<typeof rank>[0][number] | null>(
    (best, c) => (best && best.value >= c.value ? best : c),
    null,
  );
  let signal: boolean | undefined;
  if (leader && state.final) {
    leader.nullValues = await nullOf(state, leader.id, by);
    // What has no null, as the size of a model, is not held against one.
    if (leader.nullValues) signal = beatsNull(leader.value, leader.nullValues);
  }
  const ranked = rank(candidates, { seed: state.job.seed });
  return {
    by,
    order: ranked.order,
    winner: state.final ? ranked.winner : null,
    ties: ranked.ties,
    probabilityBest: ranked.probabilityBest,
    unranked,
    ...(signal === undefined ? {} : { signal }),
    ...(state.final ? { differences: differences(candidates, ranked.order, mostPaired) } : {}),
    ...(state.final ? { agreement: await agreements(state, compared, scores) } : {}),
  };
}

async function nullOf(state: RunState, id: string, by: string): Promise<Float64Array | null> {
  const { prediction, inspection } = state.outcomes.get(id) ?? {};
  if (!prediction || !inspection) return null;
  const options = { seed: state.job.seed, count: nullDraws };
  const kind = inspection.kind?.value ?? null;
  return scoreNull(state.cache, prediction, kind, state.common, by, options, state.signal);
}

/** How far each pair of measures agrees on the order of the models that both of them score. */
async function agreements(
  { job, signal }: RunState,
  outcomes: readonly Outcome[],
  scores: ReadonlyMap<string, Scores>,
): Promise<NonNullable<Report['ranking']['agreement']>> {
  const rows = outcomes.map(({ entry }): Scores => scores.get(entry.id) ?? {});
  const ids = measureIds.filter(id => rows.some(row => row[id]));
  const found: NonNullable<Report['ranking']['agreement']> = [];
  for (const [k, a] of ids.entries())
    for (const b of ids.slice(k + 1)) {
      const both = rows.filter(row => [a, b].every(id => Number.isFinite(row[id]?.value)));
      if (both.length < fewestModels) continue;
      const [first, second] = [a, b].map(id => both.map(row => row[id]));
      const { tau, low, high } = agreement(first, second, { seed: job.seed });
      if (Number.isFinite(tau)) found.push({ measures: [a, b], tau, low, high });
      // With hundreds of models each pair takes a while: messages and a cancel come in between.
      await setImmediate();
      throwIfCancelled(signal);
    }
  return found;
}
