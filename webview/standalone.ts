import { Heatmaps, jointsIn } from '../src/heatmap/index.js';
import type { Fits } from '../src/protocol/fits.js';
import { failure } from '../src/protocol/notice.js';
import type { PanelHostApi } from '../src/protocol/panel.js';
import { savedReportId } from '../src/protocol/saved.js';
import type { Report } from '../src/report/schema.js';
import { show } from './state.js';

interface Saved {
  report: Report;
  /** Why the first models of the ranking score as they do. */
  fits: Fits[];
  strings: Record<string, string>;
  locale: string;
}

/** What a saved page holds; null in the editor. */
export function savedReport(): Saved | null {
  const element = document.getElementById(savedReportId);
  return element ? (JSON.parse(element.textContent ?? '') as Saved) : null;
}

/** Stands in for the editor in a saved page: answers from the report that is in it, and can do nothing to a machine. */
export function standaloneHost({ report, fits, strings, locale }: Saved): PanelHostApi {
  const { joints, packedJoints, ...plain } = report;
  const jointOf = jointsIn({ joints, packedJoints });
  const heatmaps = new Heatmaps((_, model) => jointOf(model));
  const nothing = async () => undefined;
  return {
    ready: async () => {
      themeBySystem();
      show({
        ...{ status: 'done', run: 'saved', report: plain, progress: null, problem: null },
        ...{ stale: [], trusted: true, readOnly: true, strings, locale },
      });
    },
    heatmap: request => heatmaps.window(request),
    saveHeatmap: async ({ run, model, name }) => {
      const lines = await heatmaps.csv(run, model);
      return lines !== null && download(name, [...lines]);
    },
    fits: async ({ model }) => {
      const found = fits.find(({ model: id }) => id === model);
      if (!found && fits.length > 0) throw failure('fits.notSaved', { n: fits.length });
      return found ?? null;
    },
    copy: async ({ text }) => navigator.clipboard.writeText(text),
    save: async ({ name, text, base64 }) =>
      download(name, [
        base64 === undefined ? (text ?? '') : Uint8Array.from(atob(base64), c => c.charCodeAt(0)),
      ]),
    star: nothing,
    keepView: nothing,
    open: nothing,
    cancel: nothing,
    retry: nothing,
    useAll: nothing,
    start: nothing,
    editPreprocessing: nothing,
    chooseOutput: nothing,
    choosePixelRange: nothing,
    reveal: nothing,
    exportReport: nothing,
    showLog: nothing,
    manageTrust: nothing,
  };
}

function download(name: string, parts: BlobPart[]): true {
  const link = document.createElement('a');
  // The mark by which spreadsheets tell UTF-8.
  const mark = name.endsWith('.csv') ? ['\ufeff'] : [];
  link.href = URL.createObjectURL(new Blob([...mark, ...parts]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return true;
}

/** Light or dark as the system is: the body says so as it does in the editor. */
function themeBySystem(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const kind = dark.matches ? 'vscode-dark' : 'vscode-light';
    document.body.classList.remove('vscode-dark', 'vscode-light');
    document.body.classList.add(kind);
    document.body.dataset.vscodeThemeKind = kind;
  };
  apply();
  dark.addEventListener('change', apply);
}
