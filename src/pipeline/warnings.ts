import { messages } from '../protocol/messages.js';
import { fill, type Notice, notice } from '../protocol/notice.js';
import type { Warning } from '../report/schema.js';
import type { Outcome, RunState } from './state.js';

/** Classes with fewer samples than this are named: no measure says much about them. */
const fewSamples = 5;
/** Samples that are named one by one; the others are counted. */
const mostSamples = 5;
/** Source label sets that differ by more than this factor make raw LEEP and NCE incomparable. */
const classRatio = 3;

/** What the user should know of a run, each with its reason and its cure. */
export function warningsOf(state: RunState, outcomes: readonly Outcome[]): Warning[] {
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

  const counts = new Map<number, number>();
  for (const y of common.labels) counts.set(y, (counts.get(y) ?? 0) + 1);
  const rare = common.classes.filter((_, y) => (counts.get(y) ?? 0) < fewSamples);
  if (rare.length > 0)
    add(notice('run.rareClasses', { classes: some(rare), n: rare.length, few: fewSamples }));
  const clash = conflicting(state);
  if (clash) add(clash);

  const scored = outcomes.filter(o => o.evaluation && o.prediction);
  for (const o of scored) {
    for (const n of o.prediction?.opened.notices ?? []) add(n, [o.entry.id]);
    if (o.inspection?.kind.value === 'sigmoids')
      add(notice('model.sigmoids', { file: o.entry.path }), [o.entry.id]);
    const labels = o.prediction?.opened.labels;
    const classes = o.prediction?.reader.classes ?? 0;
    if (labels && labels.length !== classes)
      add(notice('model.labelCount', { file: o.entry.path, labels: labels.length, classes }), [
        o.entry.id,
      ]);
  }
  const sizes = scored.map(o => o.prediction?.reader.classes ?? 0);
  if (sizes.length > 1 && Math.max(...sizes) > classRatio * Math.min(...sizes))
    add(
      notice('run.classCounts', { least: Math.min(...sizes), most: Math.max(...sizes) }),
      scored.map(o => o.entry.id),
    );
  const thin = scored.filter(o => common.hashes.length < 10 * (o.prediction?.reader.classes ?? 0));
  if (thin.length > 0)
    add(
      notice('run.fewSamples', {
        n: common.hashes.length,
        models: some(thin.map(o => o.entry.name)),
      }),
      thin.map(o => o.entry.id),
    );
  return found;
}

/** The same image under two labels, told by its content. */
function conflicting({ common }: RunState): Notice | null {
  const label = new Map<string, number>();
  let n = 0;
  common.hashes.forEach((hash, k) => {
    const before = label.get(hash);
    if (before !== undefined && before !== common.labels[k]) n++;
    label.set(hash, common.labels[k]);
  });
  return n > 0 ? notice('run.conflictingLabels', { n }) : null;
}

/** A notice of a sample, about this file. */
function named(n: Notice, file: string): Notice {
  const params = { ...n.params, file };
  return { code: n.code, params, message: fill(messages[n.code], params) };
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ');
}
