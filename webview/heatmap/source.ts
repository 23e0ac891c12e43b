import { signal } from '@preact/signals';
import type { HeatmapRequest, HeatmapRows, HeatmapWindow } from '../../src/protocol/heatmap.js';
import { type Notice, noticeOf } from '../../src/protocol/notice.js';
import type { PanelState } from '../../src/protocol/panel.js';
import { fetchHeatmap } from '../host.js';
import type { HeatmapView } from '../state.js';

/** What there is to show of a part of a model's heatmap. */
export type Loaded =
  | { status: 'loading' }
  /** `during`: the state of the run in which there was none. */
  | { status: 'absent'; during: PanelState['status'] }
  | { status: 'failed'; notice: Notice }
  | { status: 'ready'; rows: HeatmapRows; window: HeatmapWindow };

/** What of a model is asked for. */
export interface Wanted extends Pick<HeatmapView, 'top' | 'filter'> {
  model: string;
  /** Default: all rows and columns, in as few blocks as `cells` says. */
  part?: Pick<HeatmapRequest, 'rows' | 'columns'>;
  cells?: number;
}

/** Cells of a first look at a whole heatmap: single ones of a hundred by five hundred classes. */
const overviewCells = 65_536;

/** Beyond the end of any heatmap. */
const end = 1e9;
export const everything: Pick<HeatmapRequest, 'rows' | 'columns' | 'block'> = {
  rows: [0, end],
  columns: [0, end],
  block: { rows: 1, columns: 1 },
};

/** Parts that were fetched, by what was asked and what the model's scores were then; the last few are kept. */
const kept = new Map<string, Loaded>();
const most = 12;

/** Counts arrivals: who shows a heatmap reads it. */
export const arrivals = signal(0);

/** A part of the heatmap of a scored model: fetched when first asked for, and again when its scores are others. */
export function heatmapOf(state: PanelState, wanted: Wanted): Loaded {
  const { model } = wanted;
  const scored = state.report?.models.find(({ id }) => id === model);
  if (!state.run || scored?.status !== 'scored') return { status: 'absent', during: state.status };
  const { run, status } = state;
  const key = JSON.stringify([run, wanted, state.report?.dataset.scored, scored.scores]);
  const found = kept.get(key);
  // What was not there yet may be once the run is over.
  if (found && !(found.status === 'absent' && found.during !== status)) return found;
  const put = (loaded: Loaded) => {
    kept.delete(key);
    kept.set(key, loaded);
    for (const old of [...kept.keys()].slice(0, -most)) kept.delete(old);
  };
  put({ status: 'loading' });
  const rows = {
    ...{ run, model, filter: wanted.filter },
    top: wanted.top === 'all' ? null : Number(wanted.top),
  };
  const cells = wanted.cells ?? overviewCells;
  void load({ ...rows, ...everything, ...wanted.part, cells }, status, rows).then(loaded => {
    put(loaded);
    arrivals.value += 1;
  });
  return { status: 'loading' };
}

async function load(
  request: HeatmapRequest,
  during: PanelState['status'],
  rows: HeatmapRows,
): Promise<Loaded> {
  try {
    const window = await fetchHeatmap(request);
    return window ? { status: 'ready', rows, window } : { status: 'absent', during };
  } catch (error) {
    return { status: 'failed', notice: noticeOf(error) };
  }
}
