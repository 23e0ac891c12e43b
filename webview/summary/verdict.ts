import { type Notice, notice } from '../../src/protocol/notice.js';
import type { PanelState } from '../../src/protocol/panel.js';
import { probable } from '../../src/protocol/verdict.js';
import type { Report } from '../../src/report/schema.js';
import { count, duration, leading, percent, score, tick } from '../format.js';
import { list, noticeText, sentences, t } from '../l10n.js';
import { marksOf, measureOf, measureValue } from '../measures.js';

/** The panel's first words: a headline, and one more sentence or none. */
export interface Verdict {
  headline: string;
  detail: string;
}

/** Names that are spelled out in a headline; of more, the number is given. */
const mostNames = 3;

/** What the run says so far, in one or two plain sentences. */
export function verdictOf(state: PanelState): Verdict {
  switch (state.status) {
    case 'running':
      return running(state);
    case 'cancelled':
      return {
        headline: cancelled(state),
        detail: t('What was computed is kept: resuming goes on where it stopped.'),
      };
    case 'failed':
      return {
        headline: state.readOnly
          ? t('This file cannot be shown.')
          : t('The run stopped before its end.'),
        detail: state.problem ? noticeText(state.problem) : t('The log has the details.'),
      };
    default:
      return state.report ? ranked(state.report) : { headline: '', detail: '' };
  }
}

function running(state: PanelState): Verdict {
  const { progress, report } = state;
  if (!progress || progress.phase === 'listing')
    return { headline: t('Reading the dataset…'), detail: '' };
  const { done, total } = finished(state);
  const { secondsLeft } = progress;
  const speed = progress.models.reduce(
    (sum, model) => sum + (model.state === 'running' ? (model.imagesPerSecond ?? 0) : 0),
    0,
  );
  const said: string[] = [];
  if (secondsLeft !== null) said.push(t('About {time} left.', { time: duration(secondsLeft) }));
  if (speed > 0) said.push(t('{n} samples/s.', { n: leading(speed) }));
  const leader = report?.ranking.order[0];
  if (report && leader && report.ranking.order.length > 1)
    said.push(t('So far {model} is ahead.', { model: nameIn(report, leader) }));
  return {
    headline: t('Scoring {n} of {total} models…', { n: Math.min(total, done + 1), total }),
    detail: sentences(said),
  };
}

/** How far it came, of how many where that is still known: a run that is looked at again keeps what is done. */
function cancelled(state: PanelState): string {
  const { done, total } = finished(state);
  if (done === 0) return t('Cancelled before any model was scored.');
  if (state.progress) return t('Cancelled after {done} of {total} models.', { done, total });
  return done === 1
    ? t('Cancelled after 1 model.')
    : t('Cancelled after {n} models.', { n: count(done) });
}

/** Models that are through, scored or failed, of all of the run. */
function finished({ progress, report }: PanelState): { done: number; total: number } {
  const models = progress?.models ?? [];
  const through = models.filter(({ state }) => state === 'scored' || state === 'failed').length;
  const reported = report?.models.length ?? 0;
  return { done: models.length ? through : reported, total: models.length || reported };
}

function ranked(report: Report): Verdict {
  const { ranking, dataset } = report;
  const n = count(dataset.scored);
  const scored = report.models.filter(({ status }) => status === 'scored').length;
  const failed = report.models.length - scored;
  const say = (first: Notice, ...more: string[]): Verdict => {
    if (failed && scored)
      more.push(
        failed === 1
          ? t('1 model could not be scored.')
          : t('{n} models could not be scored.', { n: count(failed) }),
      );
    return { headline: noticeText(first), detail: sentences(more) };
  };

  const leader = ranking.order[0];
  if (leader === undefined)
    return say(scored ? notice('verdict.noneRanked', {}) : notice('verdict.allFailed', {}));
  const best = (id: string) => percent(ranking.probabilityBest[id] ?? 0);

  if (ranking.order.length === 1) return single(report, leader, say);
  if (ranking.signal === false) return say(notice('verdict.noSignal', { n }));
  if (ranking.winner !== null) {
    const next = ranking.order.find(id => id !== ranking.winner) as string;
    const rival = { p: best(ranking.winner), next: nameIn(report, next), q: best(next) };
    return say(
      notice('verdict.leads', { model: nameIn(report, ranking.winner), n }),
      (ranking.probabilityBest[next] ?? 0) < 0.01
        ? t('P(best) {p}; {next} comes next.', rival)
        : t('P(best) {p}; {next} comes next with {q}.', rival),
    );
  }
  if (Object.keys(ranking.probabilityBest).length === 0)
    return say(notice('verdict.noInterval', { model: nameIn(report, leader) }));
  const tier = ranking.ties[0] ?? [leader];
  if (tier.length === 1)
    return say(
      notice('verdict.first', { model: nameIn(report, leader), n }),
      t('P(best) {p}.', { p: best(leader) }),
    );
  const names = tier.map(id => nameIn(report, id));
  const models =
    tier.length > mostNames
      ? t('{model} and {n} more models', { model: names[0], n: count(tier.length - 1) })
      : list(names);
  const rest = ranking.order.length - tier.length;
  const behind =
    rest === 0
      ? ''
      : rest === 1
        ? t('1 other is behind.')
        : t('{n} others are behind.', { n: count(rest) });
  if ((ranking.probabilityBest[leader] ?? 0) >= probable) {
    const others =
      tier.length > mostNames
        ? t('{n} others', { n: count(tier.length - 1) })
        : list(names.slice(1));
    return say(
      notice('verdict.probable', { model: names[0], others, n }),
      noticeText(notice('verdict.probableWhy', { p: best(leader) })),
      behind,
      settling(report),
    );
  }
  return say(
    notice('verdict.tied', { models, n }),
    tier.length > mostNames
      ? t('P(best) of {model}: {p}.', { model: names[0], p: best(leader) })
      : t('P(best) {p}.', { p: tier.map(best).join(' / ') }),
    behind,
    settling(report),
  );
}

/** How many samples would settle a tie, where the report says so. */
function settling({ verdict }: Report): string {
  const said = verdict?.find(({ code }) => /^verdict\.(score|label)More$/.test(code));
  return said ? noticeText(said) : '';
}

/** One model alone has no rival: what its score lies between is what can be said. */
function single(
  report: Report,
  id: string,
  say: (first: Notice, ...more: string[]) => Verdict,
): Verdict {
  const { ranking, dataset } = report;
  const n = count(dataset.scored);
  const more: string[] = [];
  const { noSignal, perfect } = marksOf(ranking.by, report);
  const { unit } = measureOf(ranking.by, report) ?? {};
  const shown = (x: number | null | undefined) =>
    unit === 'nats' ? t('{x} nats', { x: score(x) }) : measureValue(ranking.by, x ?? null, report);
  const value = report.models.find(model => model.id === id)?.scores[ranking.by];
  if (noSignal !== null && perfect !== null)
    more.push(
      t('No signal would be {x}, perfect is {perfect}.', {
        x: shown(noSignal),
        perfect: tick(perfect),
      }),
    );
  more.push(t('Score it beside other models to compare.'));
  if (ranking.signal === false) return say(notice('verdict.oneNoSignal', { n }), ...more);
  return {
    ...say(notice('verdict.oneSignal', { model: nameIn(report, id), n }), ...more),
    headline: t('{model} scores {x} on {n} samples.', {
      model: nameIn(report, id),
      x: shown(value?.value),
      n,
    }),
  };
}

function nameIn(report: Report, id: string): string {
  return report.models.find(model => model.id === id)?.name ?? id;
}
