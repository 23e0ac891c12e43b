import { headlines } from '../measures/index.js';
import type { RunResult } from '../protocol/worker.js';
import { beatsNull, rank } from '../ranking/index.js';
import { type ModelReport, type Report, reportSchema } from '../report/schema.js';
import { verdict } from '../report/verdict.js';
import { jointOf, modelReport, noteOf } from './modelReport.js';
import { scoreNull } from './score.js';
import type { Outcome, RunState } from './state.js';
import { version, versions } from './versions.js';
import { warningsOf } from './warnings.js';

/** Label permutations that the leader is held against. */
const nullDraws = 20;

/** Puts what is known of a run into its report. */
export async function assemble(state: RunState): Promise<RunResult> {
  const { target, common, job } = state;
  const { dataset, sample } = target;
  const outcomes = state.entries.flatMap(entry => state.outcomes.get(entry.id) ?? []);
  const ranking = await rankOutcomes(state, outcomes);
  const place = new Map(ranking.order.map((id, k) => [id, k]));
  const models = outcomes.map(modelReport).sort((a, b) => order(a) - order(b));
  function order(model: ModelReport): number {
    if (model.status === 'failed') return 2 * outcomes.length;
    return place.get(model.id) ?? outcomes.length;
  }
  const report: Report = {
    schema: 1,
    dataset: {
      path: dataset.path,
      name: dataset.name,
      layout: dataset.layout,
      classes: [...dataset.classes],
      size: dataset.size,
      scored: common.hashes.length,
      split: sample.split,
      available: sample.available,
      labelEntropy: entropy(common.labels, common.classes.length),
    },
    models,
    ranking,
    warnings: warningsOf(state, outcomes),
    provenance: {
      version,
      runtimes: runtimes(outcomes),
      seed: job.seed,
      dropped: sample.rows.length - common.hashes.length,
      date: new Date().toISOString(),
    },
  };
  // Who leads, and whether anything does, is not known before all models are done.
  if (state.final) report.verdict = verdict(report).map(n => ({ ...n, params: { ...n.params } }));
  // The published contract is checked where the report is made, not only where it is read.
  return { report: reportSchema.parse(report), joints: outcomes.flatMap(jointOf) };
}

async function rankOutcomes(state: RunState, outcomes: Outcome[]): Promise<Report['ranking']> {
  const by =
    state.job.measures.length > 0 && !state.job.measures.includes(headlines.fineTune)
      ? state.job.measures[0]
      : headlines.fineTune;
  const unranked: Report['ranking']['unranked'] = [];
  const candidates = outcomes.flatMap(({ entry, evaluation, population }) => {
    // While others still run, a model may have been scored on samples that have since been dropped.
    if (!evaluation || population !== state.common) return [];
    const score = evaluation.scores[by];
    if (score && Number.isFinite(score.value))
      return [
        {
          id: entry.id,
          value: score.value,
          replicates: score.replicates,
          nullValues: null as Float64Array | null,
        },
      ];
    unranked.push({ id: entry.id, reason: score ? (noteOf(score, false).note ?? '') : '' });
    return [];
  });
  const leader = candidates.reduce<(typeof candidates)[number] | null>(
    (best, c) => (best && best.value >= c.value ? best : c),
    null,
  );
  let signal = false;
  if (leader && state.final) {
    const { prediction, inspection } = state.outcomes.get(leader.id) as Outcome;
    if (prediction && inspection) {
      leader.nullValues = await scoreNull(
        state.cache,
        prediction,
        inspection.kind.value,
        state.common,
        by,
        { seed: state.job.seed, count: nullDraws },
        state.signal,
      );
      signal = beatsNull(leader.value, leader.nullValues);
    }
  }
  const ranked = rank(candidates, { seed: state.job.seed });
  return {
    by,
    order: ranked.order,
    winner: state.final ? ranked.winner : null,
    ties: ranked.ties,
    probabilityBest: ranked.probabilityBest,
    unranked,
    ...(state.final ? { signal } : {}),
  };
}

/** H(Y) of the labels, nats. */
function entropy(labels: Int32Array, classes: number): number {
  const counts = new Float64Array(classes);
  for (const y of labels) counts[y]++;
  let h = 0;
  for (const c of counts) if (c > 0) h -= (c / labels.length) * Math.log(c / labels.length);
  return h;
}

function runtimes(outcomes: readonly Outcome[]): Record<string, string> {
  const found = versions();
  for (const { prediction } of outcomes) {
    const [name, ...rest] = prediction?.opened.runtime.split(' ') ?? [];
    if (name) found[name] = rest.join(' ');
  }
  return found;
}
