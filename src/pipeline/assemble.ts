import { createHash } from 'node:crypto';
import { measureReports } from '../report/measureReports.js';
import { type ModelReport, type Report, reportSchema } from '../report/schema.js';
import { verdict } from '../report/verdict.js';
import { factsOf } from './facts.js';
import { modelReport } from './modelReport.js';
import { nextOf } from './next.js';
import { orderOf } from './order.js';
import { othersPassedOver } from './passedOver.js';
import { scoresOf } from './scores.js';
import type { Outcome, RunState } from './state.js';
import { version, versions } from './versions.js';
import { warningsOf } from './warnings.js';

/** Puts what is known of a run into its report. */
export async function assemble(state: RunState): Promise<Report> {
  const { target, common, job } = state;
  const { dataset, sample } = target;
  const all = state.entries.flatMap(entry => state.outcomes.get(entry.id) ?? []);
  // Where nothing else is there, each model says why.
  const taken = all.filter(o => !o.passedOver);
  const outcomes = taken.length > 0 ? taken : all;
  const scores = scoresOf(state, outcomes);
  const ranking = await orderOf(state, outcomes, scores);
  const labelEntropy = common.numbers ? null : entropy(common.labels, common.classes.length);
  const facts = factsOf(state, outcomes, scores, ranking, labelEntropy ?? 0);
  const place = new Map(ranking.order.map((id, k) => [id, k]));
  const models = outcomes
    .map(o => modelReport(o, scores.get(o.entry.id) ?? {}))
    .sort((a, b) => order(a) - order(b));
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
      fingerprint: fingerprint(common),
      ...(labelEntropy === null ? {} : { labelEntropy }),
      ...(dataset.numbers ? { targets: [...dataset.numbers.names] } : {}),
    },
    models,
    ranking,
    measures: measureReports(
      [...scores.values()].flatMap(own => Object.keys(own)),
      labelEntropy,
    ),
    warnings: warningsOf(
      {
        ...state,
        found: [...(taken.length > 0 ? othersPassedOver(all) : []), ...(state.found ?? [])],
      },
      outcomes,
      facts,
    ),
    provenance: {
      version,
      runtimes: runtimes(outcomes),
      seed: job.seed,
      dropped: sample.rows.length - common.hashes.length,
      date: new Date().toISOString(),
    },
  };
  // Who leads, and whether anything does, is not known before all models are done.
  if (state.final) {
    report.verdict = verdict(report).map(n => ({ ...n, params: { ...n.params } }));
    const next = nextOf(state, report);
    if (next) report.next = next;
  }
  // The published contract is checked where the report is made, not only where it is read.
  return reportSchema.parse(report);
}

/** What was scored, told apart by contents and labels alone: the same for a copy of the dataset elsewhere. */
function fingerprint({ hashes, labels, classes, numbers }: RunState['common']): string {
  const lines = hashes.map((hash, k) => (numbers ? hash : `${hash} ${classes[labels[k]]}`)).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
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
