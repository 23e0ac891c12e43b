import { measureName } from './columns.js';
import { count, interval, score } from './format.js';
import type { ModelReport, Report } from './schema.js';

type Warning = Report['warnings'][number];

/** What became of one model between two runs. */
export interface ModelChange {
  name: string;
  /** Place in the ranking, from 1; null where it was not ranked. */
  before: number | null;
  after: number | null;
  /** Headline score with its interval, as text; empty where there is none. */
  scoreBefore: string;
  scoreAfter: string;
  /** Difference of the headline scores; null where one is missing or they are of different measures or data sets. */
  difference: number | null;
  /** Whether the intervals of the two scores do not meet. */
  apart: boolean;
}

/** What two runs have in common and where they differ. */
export interface RunDifference {
  /** What was done differently: name, before, after. */
  settings: { name: string; before: string; after: string }[];
  measure: string;
  models: ModelChange[];
  /** Whether the runs scored other data, so that only places compare: every data set has a floor of its own, -H(Y). */
  otherData: boolean;
  warningsGone: Warning[];
  warningsNew: Warning[];
}

/** Compares two runs, model by model: by path, else by name. Models stand as the later run ranks them. */
export function difference(before: Report, after: Report): RunDifference {
  const settings = [
    { name: 'Dataset', of: (r: Report) => r.dataset.path },
    { name: 'Split', of: (r: Report) => r.dataset.split },
    { name: 'Samples scored', of: (r: Report) => count(r.dataset.scored) },
    { name: 'Target classes', of: (r: Report) => count(r.dataset.classes.length) },
    { name: 'Ranked by', of: (r: Report) => r.ranking.by, shown: measureName },
    { name: 'Seed', of: (r: Report) => String(r.provenance.seed) },
    { name: 'TransferLens', of: (r: Report) => r.provenance.version },
  ].flatMap(({ name, of, shown = (_: Report, value: string) => value }) => {
    const [a, b] = [of(before), of(after)];
    return a === b ? [] : [{ name, before: shown(before, a), after: shown(after, b) }];
  });
  const stayed = new Map(before.models.map(m => [m.path, m]));
  const kept = new Set(after.models.map(m => m.path));
  const same = ({ path, name }: ModelReport) =>
    stayed.get(path) ?? before.models.find(m => m.name === name && !kept.has(m.path));
  const otherData = !sameData(before, after);
  const comparable = !otherData && before.ranking.by === after.ranking.by;
  const seen = new Set<ModelReport>();
  const models = ranked(after).map(model => {
    const old = same(model);
    if (old) seen.add(old);
    return change(before, old, after, model, comparable);
  });
  for (const old of ranked(before))
    if (!seen.has(old)) models.push(change(before, old, after, undefined, comparable));
  const only = (one: Report, other: Report) =>
    one.warnings.filter(({ message }) => !other.warnings.some(w => w.message === message));
  return {
    settings,
    measure: measureName(after, after.ranking.by),
    models,
    otherData,
    warningsGone: only(before, after),
    warningsNew: only(after, before),
  };
}

/** Whether two runs scored the same contents, or more or fewer samples of one data set with the same labels. */
function sameData({ dataset: a }: Report, { dataset: b }: Report): boolean {
  // Of labels that are numbers the fingerprint tells nothing.
  if (a.targets?.join('\n') !== b.targets?.join('\n')) return false;
  if (a.fingerprint !== undefined && a.fingerprint === b.fingerprint) return true;
  return a.path === b.path && [...a.classes].sort().join('\n') === [...b.classes].sort().join('\n');
}

/** Models in the order of the ranking, the others behind. */
function ranked(report: Report): ModelReport[] {
  const place = (m: ModelReport) => {
    const at = report.ranking.order.indexOf(m.id);
    return at < 0 ? report.models.length : at;
  };
  return [...report.models].sort((a, b) => place(a) - place(b));
}

function change(
  before: Report,
  old: ModelReport | undefined,
  after: Report,
  now: ModelReport | undefined,
  comparable: boolean,
): ModelChange {
  const [a, b] = [old?.scores[before.ranking.by], now?.scores[after.ranking.by]];
  const [x, y] = [a?.value ?? null, b?.value ?? null];
  const [lowA, highA] = [a?.low ?? null, a?.high ?? null];
  const [lowB, highB] = [b?.low ?? null, b?.high ?? null];
  const known = lowA !== null && highA !== null && lowB !== null && highB !== null;
  return {
    name: now?.name ?? old?.name ?? '',
    before: rankOf(before, old),
    after: rankOf(after, now),
    scoreBefore: said(x, lowA, highA),
    scoreAfter: said(y, lowB, highB),
    difference: comparable && x !== null && y !== null ? y - x : null,
    apart: comparable && known && (lowA > highB || lowB > highA),
  };
}

function rankOf(report: Report, model: ModelReport | undefined): number | null {
  const at = model ? report.ranking.order.indexOf(model.id) : -1;
  return at < 0 ? null : at + 1;
}

function said(value: number | null, low: number | null, high: number | null): string {
  if (value === null) return '';
  return low === null ? score(value) : `${score(value)} ${interval(low, high)}`;
}
