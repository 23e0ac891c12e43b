import { signal } from '@preact/signals';
import { type Notice, noticeOf } from '../../src/protocol/notice.js';
import type { PanelState } from '../../src/protocol/panel.js';
import { fetchHeatmap } from '../host.js';
import { type Matrix, matrixOf } from './matrix.js';

/** What there is to show of a model. */
export type Loaded =
  | { status: 'loading' }
  /** `during`: the state of the run in which there was none. */
  | { status: 'absent'; during: PanelState['status'] }
  | { status: 'failed'; notice: Notice }
  | { status: 'ready'; matrix: Matrix };

/** Matrices that were fetched, by model and what its scores were then; the last few are kept. */
const kept = new Map<string, Loaded>();
const most = 8;

/** Counts arrivals: who shows a heatmap reads it. */
export const arrivals = signal(0);

/** The heatmap of a scored model: fetched when first asked for, and again when its scores are others. */
export function heatmapOf(state: PanelState, model: string): Loaded {
  const scored = state.report?.models.find(({ id }) => id === model);
  if (!state.run || scored?.status !== 'scored') return { status: 'absent', during: state.status };
  const { run } = state;
  const key = JSON.stringify([run, model, state.report?.dataset.scored, scored.scores]);
  const found = kept.get(key);
  // What was not there yet may be once the run is over.
  if (found && !(found.status === 'absent' && found.during !== state.status)) return found;
  const put = (loaded: Loaded) => {
    kept.delete(key);
    kept.set(key, loaded);
    for (const old of [...kept.keys()].slice(0, -most)) kept.delete(old);
  };
  put({ status: 'loading' });
  void load(run, model, state.status).then(loaded => {
    put(loaded);
    arrivals.value += 1;
  });
  return { status: 'loading' };
}

async function load(run: string, model: string, during: PanelState['status']): Promise<Loaded> {
  try {
    const data = await fetchHeatmap(run, model);
    return data ? { status: 'ready', matrix: matrixOf(data) } : { status: 'absent', during };
  } catch (error) {
    return { status: 'failed', notice: noticeOf(error) };
  }
}
