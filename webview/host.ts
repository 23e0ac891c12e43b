import { effect } from '@preact/signals';
import type { Fits } from '../src/protocol/fits.js';
import type { HeatmapRequest, HeatmapWindow } from '../src/protocol/heatmap.js';
import { Cancelled, noticeOf } from '../src/protocol/notice.js';
import type { PanelHostApi } from '../src/protocol/panel.js';
import { connect, type VsCodeApi } from './connection.js';
import { savedReport, standaloneHost } from './standalone.js';
import { panel, refused, restoreView, show, view } from './state.js';

declare function acquireVsCodeApi(): VsCodeApi;

let host: PanelHostApi;

/** Opens the line to the editor, takes over what an earlier page left, and asks for the state. */
export function start(): void {
  const saved = savedReport();
  if (saved) {
    host = standaloneHost(saved);
    ask(api => api.ready(null));
    return;
  }
  const vscode = acquireVsCodeApi();
  restoreView(vscode.getState());
  host = connect(vscode, { state: async state => show(state) });
  effect(() => {
    // Before the first word of the editor there is nothing to keep that was not kept already.
    if (!panel.value) return;
    vscode.setState(view.value);
    host.keepView({ view: JSON.stringify(view.value) }).catch(error => console.error(error));
  });
  ask(api => api.ready(null));
}

/** Asks the editor to do something; a refusal is shown above the verdict. */
export function ask(request: (host: PanelHostApi) => Promise<void>): void {
  refused.value = null;
  request(host).catch(error => {
    if (!(error instanceof Cancelled)) refused.value = noticeOf(error);
  });
}

/** Shares of classes and the images that fit worst, or null where there are none to be had. */
export function fetchFits(run: string, model: string): Promise<Fits | null> {
  return host.fits({ run, model });
}

/** A part of a model's heatmap, or null where there is none (yet). */
export function fetchHeatmap(request: HeatmapRequest): Promise<HeatmapWindow | null> {
  return host.heatmap(request);
}
