import type { ModelProgress } from '../../src/protocol/job.js';
import type { PanelState } from '../../src/protocol/panel.js';
import type { ModelReport } from '../../src/report/schema.js';

/** Place in the ranking: models that cannot be told apart share the places `first` to `last`. */
export interface Rank {
  first: number;
  last: number;
  /** Number of the tie group, from the top. */
  tier: number;
  /** Names of the others in the group. */
  peers: string[];
}

/** One model of the run, whatever its state. */
export interface Row {
  id: string;
  name: string;
  /** Absolute path. */
  file: string;
  /** The same relative to what all models of the run have in common. */
  path: string;
  state: 'scored' | 'failed' | 'pending' | 'notRun';
  rank: Rank | null;
  /** Whether the user marked it. */
  starred: boolean;
  model: ModelReport | null;
  progress: ModelProgress | null;
  probabilityBest: number | null;
  /** Why a scored model has no rank. */
  unranked: string | null;
}

/** All models of the run: ranked ones first, then those still to come, unranked ones, failed ones. */
export function rowsOf(state: PanelState): Row[] {
  const { report, progress } = state;
  const models = new Map(report?.models.map(model => [model.id, model]));
  const running = new Map(progress?.models.map(model => [model.id, model]));
  const ids = [...new Set([...running.keys(), ...models.keys()])];
  const ranks = ranksOf(state);
  const stars = new Set(state.stars);
  const order = report?.ranking.order ?? [];
  const unranked = new Map(report?.ranking.unranked.map(({ id, reason }) => [id, reason]));
  const files = ids.map(id => models.get(id)?.path ?? running.get(id)?.path ?? id);
  const paths = relativePaths(files);

  const rows = ids.map((id, i): Row => {
    const model = models.get(id) ?? null;
    const live = running.get(id) ?? null;
    return {
      id,
      name: model?.name ?? live?.name ?? id,
      file: files[i],
      path: paths[i],
      state: rowState(state, model, live),
      rank: ranks.get(id) ?? null,
      starred: stars.has(files[i]),
      model,
      progress: live,
      // Among one there is no best.
      probabilityBest: order.length > 1 ? (report?.ranking.probabilityBest[id] ?? null) : null,
      unranked: unranked.get(id) ?? null,
    };
  });
  const place = new Map(order.map((id, i) => [id, i]));
  const group = { scored: 1, pending: 1, notRun: 1, failed: 3 };
  const weight = (row: Row) =>
    place.has(row.id) ? 0 : row.state === 'scored' ? 2 : group[row.state];
  return rows
    .map((row, i) => ({ row, i }))
    .sort(
      (a, b) =>
        weight(a.row) - weight(b.row) ||
        (place.get(a.row.id) ?? 0) - (place.get(b.row.id) ?? 0) ||
        a.i - b.i,
    )
    .map(({ row }) => row);
}

/** A model that a run is at again is pending, even if an earlier run left its failure in the report. */
function rowState(
  state: PanelState,
  model: ModelReport | null,
  live: ModelProgress | null,
): Row['state'] {
  if (model?.status === 'scored') return 'scored';
  if (state.status === 'running' && live && live.state !== 'failed') return 'pending';
  if (model?.status === 'failed' || live?.state === 'failed') return 'failed';
  return 'notRun';
}

function ranksOf({ report }: PanelState): Map<string, Rank> {
  const ranks = new Map<string, Rank>();
  if (!report) return ranks;
  const names = new Map(report.models.map(model => [model.id, model.name]));
  const tierOf = new Map(report.ranking.ties.flatMap(tier => tier.map(id => [id, tier] as const)));
  let first = 1;
  let tier = 0;
  const { order } = report.ranking;
  while (first <= order.length) {
    const ids = tierOf.get(order[first - 1]) ?? [order[first - 1]];
    const last = first + ids.length - 1;
    for (const id of ids) {
      const peers = ids.filter(other => other !== id).map(other => names.get(other) ?? other);
      ranks.set(id, { first, last, tier, peers });
    }
    first = last + 1;
    tier += 1;
  }
  return ranks;
}

/** Paths without the folder that all of them share. */
function relativePaths(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const parts = paths.map(path => path.split(/[\\/]/));
  const shortest = Math.min(...parts.map(part => part.length)) - 1;
  let common = 0;
  while (common < shortest && parts.every(part => part[common] === parts[0][common])) common += 1;
  return parts.map(part => part.slice(common).join('/'));
}
