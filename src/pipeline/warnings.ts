import { messages } from '../protocol/messages.js';
import { fill, type Notice, notice } from '../protocol/notice.js';
import { type RunFacts, regimeChecks } from '../ranking/index.js';
import type { Warning } from '../report/schema.js';
import type { Outcome, RunState } from './state.js';

/** Samples that are named one by one; the others are counted. */
const mostSamples = 5;
/** Of fewer groups of samples that belong together a standard error is uncertain by a sixth and more. */
const fewGroups = 20;

/** What the user should know of a run, each with its reason and its cure. */
export function warningsOf(
  state: RunState,
  outcomes: readonly Outcome[],
  facts: RunFacts,
): Warning[] {
  const { common } = state;
  const { dataset, sample, samples, unreadable } = state.target;
  const found: Warning[] = [];
  const add = (n: Notice, models: string[] = []) =>
    found.push({ code: n.code, message: n.message, params: { ...n.params }, models });

  for (const n of dataset.notices) add(n);
  const rowOf = new Map(samples.hashes.map((hash, k) => [hash, samples.rows[k]]));
  const about = new Map(unreadable.map(({ row, notice: n }) => [`${row}`, n]));
  for (const o of outcomes)
    for (const list of [o.failure ? [] : o.prediction?.failed, o.prediction?.remarks])
      for (const [hash, n] of list ?? []) {
        const row = rowOf.get(hash);
        // What is known of a content may come from a copy of it elsewhere: the file that is named is the one here.
        if (row !== undefined) about.set(`${hash} ${n.code}`, named(n, dataset.sampleFile(row)));
      }
  for (const n of [...about.values()].slice(0, mostSamples)) add(n);
  if (about.size > mostSamples) add(notice('run.moreSamples', { n: about.size - mostSamples }));
  const lost = sample.rows.length - common.hashes.length;
  if (lost > 0) add(notice('run.dropped', { n: lost, of: sample.rows.length }));

  const clash = conflicting(state);
  if (clash) add(clash);
  for (const n of state.found ?? []) add(n);
  if (common.clustered && common.groupCount < fewGroups)
    add(notice('run.fewGroups', { n: common.groupCount }));

  const scored = outcomes.filter(o => o.evaluation && o.prediction);
  for (const o of scored) {
    for (const n of o.prediction?.opened.notices ?? []) add(n, [o.entry.id]);
    if (o.inspection?.kind?.value === 'sigmoids')
      add(notice('model.sigmoids', { file: o.entry.path }), [o.entry.id]);
    const labels = o.prediction?.opened.labels;
    const classes = o.prediction?.reader.classes ?? 0;
    if (labels && classes > 0 && labels.length !== classes)
      add(notice('model.labelCount', { file: o.entry.path, labels: labels.length, classes }), [
        o.entry.id,
      ]);
  }
  for (const { code, check } of regimeChecks) {
    const found = check(facts);
    if (found) add(notice(code, found.params), found.models);
  }
  return found;
}

/** The same image under two labels, told by its content. */
function conflicting({ common, target }: RunState): Notice | null {
  if (common.numbers) return null;
  const label = new Map<string, number>();
  const clashes: string[] = [];
  common.hashes.forEach((hash, k) => {
    const before = label.get(hash);
    if (before !== undefined && before !== common.labels[k]) clashes.push(hash);
    label.set(hash, common.labels[k]);
  });
  if (clashes.length === 0) return null;
  const { dataset, samples } = target;
  const rows = samples.rows.filter((_, k) => samples.hashes[k] === clashes[0]);
  const other = rows.find(row => dataset.labels[row] !== dataset.labels[rows[0]]) ?? rows[0];
  return notice('run.conflictingLabels', {
    ...{ n: clashes.length, example: dataset.sampleName(rows[0]) },
    other: dataset.sampleName(other),
  });
}

/** A notice of a sample, about this file. */
function named(n: Notice, file: string): Notice {
  const params = { ...n.params, file };
  return { code: n.code, params, message: fill(messages[n.code], params) };
}
