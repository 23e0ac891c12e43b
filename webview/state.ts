import { computed, signal } from '@preact/signals';
import type { Notice } from '../src/protocol/notice.js';
import type { PanelPush, PanelState } from '../src/protocol/panel.js';

/** What the editor pushed last; null before its first word. */
export const panel = signal<PanelState | null>(null);

/** Why the last thing asked of the editor did not happen; null when it did. */
export const refused = signal<Notice | null>(null);

/** What the user chose to see; kept by VS Code over reloads, so every field must survive JSON. */
export interface View {
  /** The run on show: by it the editor restores the panel. */
  run: string | null;
  /** Column and direction; null: by rank. */
  sort: { column: string; descending: boolean } | null;
  filter: string;
  /** Ids of the columns that are not shown. */
  hidden: string[];
  /** Ids of the models to compare, at most four, in the order they were chosen. */
  compare: string[];
  /** Id of the selected model; null: the leader. */
  model: string | null;
  heatmap: HeatmapView;
}

export interface HeatmapView {
  /** How many source classes are shown, the heaviest first; `all`: every one. */
  top: '50' | '200' | 'all';
  filter: string;
  table: boolean;
  /** Factor on the size of a cell. */
  zoom: number;
}

/** A zoom below any that fits: the layout takes the smallest instead, all rows and columns at a glance. */
export const wholeZoom = 0.0001;

/** How many models are compared at once. */
export const mostCompared = 4;

const initial: View = {
  run: null,
  sort: null,
  filter: '',
  hidden: [],
  compare: [],
  model: null,
  heatmap: { top: '50', filter: '', table: false, zoom: 1 },
};

export const view = signal<View>(initial);

/** What of the heatmap is shown: other changes of the view do not redraw it. */
export const heatmapView = computed(() => view.value.heatmap);

/** Takes over what an earlier page left, field by field where it is still of the right kind. */
export function restoreView(kept: unknown): void {
  const old = record(kept);
  const sort = record(old.sort);
  const heatmap = record(old.heatmap);
  const tops: readonly unknown[] = ['50', '200', 'all'];
  view.value = {
    run: text(old.run),
    sort:
      typeof sort.column === 'string'
        ? { column: sort.column, descending: sort.descending === true }
        : null,
    filter: text(old.filter) ?? '',
    hidden: texts(old.hidden),
    compare: texts(old.compare).slice(0, mostCompared),
    model: text(old.model),
    heatmap: {
      top: tops.includes(heatmap.top) ? (heatmap.top as HeatmapView['top']) : '50',
      filter: text(heatmap.filter) ?? '',
      table: heatmap.table === true,
      zoom: typeof heatmap.zoom === 'number' && heatmap.zoom > 0 ? heatmap.zoom : 1,
    },
  };
}

export function changeView(change: Partial<View>): void {
  view.value = { ...view.value, ...change };
}

export function changeHeatmap(change: Partial<HeatmapView>): void {
  changeView({ heatmap: { ...view.value.heatmap, ...change } });
}

/** Takes in what the editor pushed; another run is looked at afresh. */
export function show(pushed: PanelPush): void {
  const { report = panel.value?.report ?? null } = pushed;
  const state = { ...pushed, report };
  if (panel.value === null && state.view) restoreView(JSON.parse(state.view));
  const { run } = view.value;
  if (run !== state.run) {
    const fresh =
      run !== null && state.run !== null ? { model: null, filter: '', compare: [] } : {};
    changeView({ run: state.run, ...fresh });
    // What is new is read from its top.
    if (run !== null) scrollTo(0, 0);
  }
  panel.value = state;
  if (state.progress?.secondsForAll != null) secondsForAll.value = state.progress.secondsForAll;
}

/** What the whole dataset would take, as last heard: it stays of interest when the run is over. */
export const secondsForAll = signal<number | null>(null);

/** Whether a run may be started from here. */
export const mayRun = computed(
  () => panel.value?.trusted === true && !panel.value.readOnly && panel.value.status !== 'running',
);

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
