import { splitOfFile } from '../datasets/shards.js';
import { headlines, measureOf } from '../measures/index.js';
import { kendall, type RunFacts, rank, type ScoredModel } from '../ranking/index.js';
import type { Report } from '../report/schema.js';
import type { Scores } from './scores.js';
import type { Outcome, RunState } from './state.js';

/** What the regime checks need to know of a run. */
export function factsOf(
  state: RunState,
  outcomes: readonly Outcome[],
  scores: ReadonlyMap<string, Scores>,
  ranking: Report['ranking'],
  labelEntropy: number,
): RunFacts {
  const { common, target } = state;
  const counts = new Int32Array(common.classes.length);
  for (const y of common.labels) counts[y]++;
  const models = outcomes.flatMap(outcome => modelOf(outcome, scores.get(outcome.entry.id)));
  const computed = new Set([...scores.values()].flatMap(own => Object.keys(own)));
  const headline = models.filter(m => m.scores[ranking.by] !== undefined);
  const found = state.final && ranking.signal !== false;
  return {
    n: common.hashes.length,
    splits: splitsOf(target),
    classes: common.classes.map((name, y) => ({ name, count: counts[y] })),
    labelEntropy,
    models,
    tauWithSize: kendall(
      headline.map(m => m.scores[ranking.by]),
      headline.map(m => m.size),
    ),
    otherLeader: state.final ? otherLeader(state, outcomes, scores, ranking) : null,
    pooled: [...computed].map(measureOf).flatMap(m => (m.needs === 'pool' ? [m.name] : [])),
    leaders: found ? (ranking.ties[0] ?? []) : [],
    firsts: found ? firstsOf(models, [...computed]) : [],
  };
}

/** Which splits the chosen samples are of; of a dataset without any, the one that its own name speaks of (`test.csv`). */
function splitsOf({ dataset, sample }: RunState['target']): Set<string> {
  const { splits, path } = dataset;
  const found = new Set<string>();
  const named = splits ? null : splitOfFile(path);
  if (named) found.add(named);
  if (splits) for (const row of sample.rows) found.add(splits[row]);
  return found;
}

function modelOf({ entry, prediction, evaluation }: Outcome, own: Scores = {}): ScoredModel[] {
  if (!prediction || !evaluation) return [];
  const values = Object.entries(own).filter(([, s]) => s.valid && Number.isFinite(s.value));
  return [
    {
      id: entry.id,
      name: entry.name,
      network: prediction.opened.architecture?.name ?? entry.name,
      sourceClasses: prediction.reader.classes,
      size: prediction.opened.parameters ?? entry.bytes,
      variation: evaluation.variation,
      scores: Object.fromEntries(values.map(([id, s]) => [id, s.value])),
    },
  ];
}

/** Whom each measure of the samples puts first: static baselines know nothing of them. */
function firstsOf(models: readonly ScoredModel[], measures: readonly string[]): RunFacts['firsts'] {
  return measures.map(measureOf).flatMap(({ id, needs }) => {
    const scored = models.filter(m => m.scores[id] !== undefined);
    if (needs === 'model' || scored.length < 2) return [];
    const first = scored.reduce((best, m) => (m.scores[id] > best.scores[id] ? m : best));
    return [first.id];
  });
}

/** Who leads by the headline of the other intent, where that is told from who leads by this one. */
function otherLeader(
  { job, common }: RunState,
  outcomes: readonly Outcome[],
  scores: ReadonlyMap<string, Scores>,
  { by, order }: Report['ranking'],
): RunFacts['otherLeader'] {
  const other = Object.values(headlines).find(id => id !== by);
  if (other === undefined || common.numbers) return null;
  const candidates = outcomes.flatMap(({ entry: { id }, population }) => {
    const score = scores.get(id)?.[other];
    return population === common && score && score.valid && Number.isFinite(score.value)
      ? [{ id, value: score.value, replicates: score.replicates, nullValues: null }]
      : [];
  });
  const [first] = rank(candidates, { seed: job.seed }).ties;
  if (!first || first.includes(order[0]) || !candidates.some(c => c.id === order[0])) return null;
  const name = outcomes.find(o => o.entry.id === first[0])?.entry.name ?? first[0];
  return { model: name, measure: measureOf(other).name };
}
