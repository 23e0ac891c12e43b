import { signal } from '@preact/signals';
import type { Fits } from '../../src/protocol/fits.js';
import { type Notice, noticeOf } from '../../src/protocol/notice.js';
import type { PanelState } from '../../src/protocol/panel.js';
import { fetchFits } from '../host.js';

/** What there is to show of a model's classes and images. */
export type LoadedFits =
  | { status: 'loading' }
  | { status: 'absent' }
  | { status: 'failed'; notice: Notice }
  | { status: 'ready'; fits: Fits };

const kept = new Map<string, LoadedFits>();
const most = 8;

/** Counts arrivals: who shows fits reads it. */
export const fitsArrived = signal(0);

/** Shares and images of a scored model of a run that is over: asked for when they are first shown. */
export function fitsOf(state: PanelState, model: string): LoadedFits {
  const scored = state.report?.models.find(({ id }) => id === model);
  if (!state.run || !state.trusted || scored?.status !== 'scored') return { status: 'absent' };
  if (state.status === 'running') return { status: 'absent' };
  const key = JSON.stringify([state.run, model, state.report?.provenance.date]);
  const found = kept.get(key);
  if (found) return found;
  kept.set(key, { status: 'loading' });
  for (const old of [...kept.keys()].slice(0, -most)) kept.delete(old);
  void fetchFits(state.run, model)
    .then(
      (fits): LoadedFits => (fits ? { status: 'ready', fits } : { status: 'absent' }),
      (error): LoadedFits => ({ status: 'failed', notice: noticeOf(error) }),
    )
    .then(loaded => {
      kept.set(key, loaded);
      fitsArrived.value += 1;
    });
  return { status: 'loading' };
}
