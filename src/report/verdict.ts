import { type Notice, notice } from '../protocol/notice.js';
import { probable } from '../protocol/verdict.js';
import { count, percent } from './format.js';
import { samplesToTell } from './samplesToTell.js';
import type { Report } from './schema.js';

/** Names as prose: "a", "a + b", "a, b + c", "a, b, +3". */
function list(names: readonly string[], most = 3): string {
  if (names.length <= 1) return names[0] ?? '';
  if (names.length > most)
    return `${names.slice(0, most - 1).join(', ')}, +${names.length - most + 1}`;
  return `${names.slice(0, -1).join(', ')} + ${names[names.length - 1]}`;
}

/**
 * The ranking in one or two plain sentences: who leads, or who cannot be told apart, and how sure that is.
 * Everything it needs is in the report, so that a stored report words itself in any language.
 */
export function verdict(report: Pick<Report, 'dataset' | 'models' | 'ranking'>): Notice[] {
  const { ranking, dataset } = report;
  const name = (id: string) => report.models.find(m => m.id === id)?.name ?? id;
  const scored = report.models.filter(m => m.status === 'scored').length;
  const n = count(dataset.scored);
  const leader = ranking.order[0];
  if (leader === undefined)
    return [scored === 0 ? notice('verdict.allFailed', {}) : notice('verdict.noneRanked', {})];

  const probability = (id: string) => percent(ranking.probabilityBest[id] ?? 0);
  if (ranking.signal === false)
    return [notice(scored === 1 ? 'verdict.oneNoSignal' : 'verdict.noSignal', { n })];
  if (ranking.order.length === 1) return [notice('verdict.oneSignal', { model: name(leader), n })];
  if (ranking.winner !== null) {
    const said: Notice[] = [notice('verdict.leads', { model: name(ranking.winner), n })];
    const runnerUp = ranking.order[1];
    if (runnerUp !== undefined)
      said.push(notice('verdict.next', { model: name(runnerUp), p: probability(ranking.winner) }));
    return said;
  }

  if (Object.keys(ranking.probabilityBest).length === 0)
    return [notice('verdict.noInterval', { model: name(leader) })];
  const tier = ranking.ties[0] ?? [leader];
  if (tier.length === 1) return [notice('verdict.first', { model: name(leader), n })];
  if ((ranking.probabilityBest[leader] ?? 0) >= probable) {
    const others = list(tier.slice(1).map(name));
    return [
      notice('verdict.probable', { model: name(leader), others, n }),
      notice('verdict.probableWhy', { p: probability(leader) }),
      ...toTell(report),
    ];
  }
  return [
    notice('verdict.tied', { models: list(tier.map(name)), n }),
    notice('verdict.likeliest', { model: name(leader), p: probability(leader) }),
    ...toTell(report),
  ];
}

/** What would settle a tie, where that can be said: samples that were left out, or labels that there are not. */
function toTell(report: Pick<Report, 'dataset' | 'models' | 'ranking'>): Notice[] {
  const wanted = samplesToTell(report);
  if (wanted === null) return [];
  const { scored, available = scored } = report.dataset;
  const [leader] = report.ranking.order;
  const model = report.models.find(({ id }) => id === leader)?.name ?? leader;
  return wanted <= available
    ? [
        notice('verdict.scoreMore', {
          model,
          n: count(Math.min(roughly(wanted), available)),
          all: count(available),
        }),
      ]
    : [notice('verdict.labelMore', { model, n: count(roughly(wanted - available)) })];
}

/** Rounded up to one figure, or to 1.5 and 2.5: it is no better known than that. */
function roughly(n: number): number {
  const unit = 10 ** Math.floor(Math.log10(n));
  const step = n <= 2.5 * unit ? unit / 2 : unit;
  return Math.ceil(Math.ceil(n / step) * step);
}
