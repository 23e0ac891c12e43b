import type { RunProgress } from '../protocol/job.js';
import type { PanelState } from '../protocol/panel.js';
import { probable } from '../protocol/verdict.js';
import { measureName } from '../report/columns.js';
import { interval, score } from '../report/format.js';
import type { Report } from '../report/schema.js';

/** `vscode.l10n.t`, handed in so that what the status bar says is decided without an editor. */
export type Translate = (text: string, ...args: (string | number)[]) => string;

/** Numbers in words of the editor's language, handed in likewise. */
export interface Numbers {
  count(n: number): string;
  /** Seconds, to one unit. */
  duration(seconds: number): string;
}

/** The status bar item's text, and the same in words for a screen reader; null hides it. */
export interface StatusText {
  text: string;
  label: string;
}

/** One line of the hover: a model with its headline score. */
export interface StatusRow {
  name: string;
  score: string;
  interval: string;
}

/** Name of the measure that ranks, as the panel has it. */
export function headline(report: Report, t: Translate): string {
  return t(measureName(report, report.ranking.by));
}

/** What the status bar shows of a run. */
export function statusText(
  state: Pick<PanelState, 'status' | 'report' | 'progress' | 'stale'>,
  t: Translate,
  numbers: Numbers,
): StatusText | null {
  if (state.status === 'running') return running(state.progress, t, numbers);
  const said = state.report && outcome(state.report, t);
  if (said && state.stale.length > 0)
    return { text: `$(warning) ${t('{0} · stale', plain(said))}`, label: t('{0} · stale', said) };
  if (said && state.report && state.report.ranking.order.length > 0)
    return { text: `$(beaker) ${plain(said)}`, label: said };
  if (said && state.status === 'cancelled') {
    const cancelled = t('TransferLens: the run was cancelled');
    return { text: `$(circle-slash) ${cancelled}`, label: cancelled };
  }
  if (said) return { text: `$(warning) ${plain(said)}`, label: said };
  if (state.status === 'failed') {
    const failed = t('TransferLens: the run failed');
    return { text: `$(warning) ${failed}`, label: failed };
  }
  return null;
}

/** The first models of the ranking, for the hover. */
export function leaders(report: Report, most = 3): StatusRow[] {
  return report.ranking.order.slice(0, most).map(id => {
    const model = report.models.find(m => m.id === id);
    const s = model?.scores[report.ranking.by];
    return {
      name: model?.name ?? id,
      score: score(s?.value),
      interval: interval(s?.low ?? null, s?.high ?? null),
    };
  });
}

/** How far a run is: "3 of 6 models · 412 samples/s · 2 min left". */
export function progressText(
  progress: RunProgress,
  t: Translate,
  { count, duration }: Numbers,
): string {
  const [done, all] = modelsDone(progress);
  const speed = progress.models
    .filter(m => m.state === 'running')
    .reduce((sum, m) => sum + (m.imagesPerSecond ?? 0), 0);
  const parts = [t('{0} of {1} models', done, all)];
  if (speed > 0) parts.push(t('{0} samples/s', count(speed)));
  if (progress.secondsLeft !== null) parts.push(t('{0} left', duration(progress.secondsLeft)));
  return parts.join(' · ');
}

/** Models that need no more work, of all. */
function modelsDone(progress: RunProgress): [done: number, all: number] {
  const done = progress.models.filter(m => m.state === 'scored' || m.state === 'failed').length;
  return [done, progress.models.length];
}

/** Less than this is left soon: the status bar does not count its seconds down. */
const longSeconds = 100;

function running(progress: RunProgress | null, t: Translate, numbers: Numbers): StatusText {
  if (!progress || progress.models.length === 0)
    return { text: '$(loading~spin) TransferLens', label: t('TransferLens is starting') };
  const [done, all] = modelsDone(progress);
  const left = progress.secondsLeft ?? 0;
  const parts = [
    `TransferLens ${done}/${all}`,
    ...(left < longSeconds ? [] : [t('{0} left', numbers.duration(left))]),
  ];
  return {
    text: `$(loading~spin) ${parts.join(' · ')}`,
    label: t('TransferLens: {0}', progressText(progress, t, numbers)),
  };
}

/** How a run ended, in a few words. */
export function outcome(report: Report, t: Translate): string {
  const { order, winner, ties, signal, probabilityBest } = report.ranking;
  const [first] = leaders(report, 1);
  if (!first) return t('TransferLens: no model could be ranked');
  const value = `${headline(report, t)} ${first.score}`;
  if (order.length === 1) return `${first.name} · ${value}`;
  const tied = ties.find(tier => tier.includes(order[0]))?.length ?? 1;
  const how =
    winner !== null
      ? t('{0} leads', first.name)
      : signal === false || tied === 1
        ? t('no model stands out')
        : (probabilityBest[order[0]] ?? 0) >= probable
          ? t('{0} very likely best', first.name)
          : t('{0} models tie', tied);
  return [how, value, t('{0} models', order.length)].join(' · ');
}

/** Names may hold what the status bar would draw as an icon. */
function plain(text: string): string {
  return text.replace(/\$\(/g, '$ (');
}
