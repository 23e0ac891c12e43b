import * as z from 'zod';
import type { Report } from '../report/schema.js';
import type { Fits } from './fits.js';
import { type HeatmapRequest, type HeatmapWindow, heatmapRequestSchema } from './heatmap.js';
import type { RunProgress } from './job.js';
import type { Notice } from './notice.js';
import { placeSchema, type SamplePlace } from './place.js';

/** All that the panel's page shows. */
export interface PanelState {
  status: 'empty' | 'running' | 'done' | 'cancelled' | 'failed';
  /** The run's folder name in the extension's storage; null before there is one. */
  run: string | null;
  report: Report | null;
  progress: RunProgress | null;
  /** Why the run as a whole failed or ended early. */
  problem: Notice | null;
  /** Paths (models or the dataset) that changed on disk since the run. */
  stale: string[];
  /** False in an untrusted workspace: stored scores are shown, nothing runs. */
  trusted: boolean;
  /** A report that was saved: it is looked at, nothing is run from it. */
  readOnly?: boolean;
  /** Paths of the models that the user marked; kept with the workspace, over runs. */
  stars?: string[];
  /** What the page kept of its view last, as it gave it; absent where nothing is kept. */
  view?: string | null;
  /** The folder that is open, with a separator at its end: paths below it are shown without it. */
  folder?: string;
  /** Translations by English text; empty for English. */
  strings: Record<string, string>;
  /** BCP 47, for numbers and the page's `lang`. */
  locale: string;
}

/** A state as the editor pushes it at every change: without a report it is about the one that the page has. */
export type PanelPush = Omit<PanelState, 'report'> & Partial<Pick<PanelState, 'report'>>;

/** What the page may ask of the editor; every parameter is validated there. */
export interface PanelHostApi {
  /** The page is up and wants its state. */
  ready(params: null): Promise<void>;
  /** A part of a model's heatmap; null where there is none (yet). */
  heatmap(params: HeatmapRequest): Promise<HeatmapWindow | null>;
  /** Asks where to save the whole heatmap as CSV and writes it there; false where the user thought better of it. */
  saveHeatmap(params: { run: string; model: string; name: string }): Promise<boolean>;
  /** Shares of classes and the images that fit worst; null of a run that is only looked at. */
  fits(params: { run: string; model: string }): Promise<Fits | null>;
  /** Shows a sample in the editor: its file, its lines, or a copy of what is inside a file. */
  open(params: SamplePlace): Promise<void>;
  cancel(params: null): Promise<void>;
  /** Runs the same job again, or one failed model of it: what is in the store is not computed again. */
  retry(params: { model: string } | null): Promise<void>;
  /** Scores all samples instead of the sample. */
  useAll(params: null): Promise<void>;
  /** Starts a first run from the empty panel. */
  start(params: null): Promise<void>;
  /** Opens the sidecar that corrects a model's preprocessing, creating it where there is none. */
  editPreprocessing(params: { model: string }): Promise<void>;
  /** Asks which output of a model holds its scores, and states it in its sidecar. */
  chooseOutput(params: { model: string }): Promise<void>;
  /** Asks which numbers of the dataset's arrays are black and white. */
  choosePixelRange(params: null): Promise<void>;
  reveal(params: { path: string }): Promise<void>;
  copy(params: { text: string }): Promise<void>;
  /** Marks a model, or takes its mark away. */
  star(params: { path: string; on: boolean }): Promise<void>;
  /** Keeps what the user chose to see (JSON), for the next page with this run or another. */
  keepView(params: { view: string }): Promise<void>;
  /** Asks where to save a file, text or base64, and writes it; false where the user thought better of it. */
  save(params: { name: string; text?: string; base64?: string }): Promise<boolean>;
  /** Asks for a form and a place, and writes the report there. */
  exportReport(params: null): Promise<void>;
  showLog(params: null): Promise<void>;
  manageTrust(params: null): Promise<void>;
}

/** What the editor tells the page. */
export interface PanelPageApi {
  state(state: PanelPush): Promise<void>;
}

export const panelHostChecks = {
  heatmap: heatmapRequestSchema,
  saveHeatmap: z.object({ run: z.string(), model: z.string(), name: z.string().max(200) }),
  fits: z.object({ run: z.string(), model: z.string() }),
  open: placeSchema,
  retry: z.object({ model: z.string() }).nullable(),
  editPreprocessing: z.object({ model: z.string() }),
  chooseOutput: z.object({ model: z.string() }),
  reveal: z.object({ path: z.string() }),
  copy: z.object({ text: z.string().max(10_000_000) }),
  star: z.object({ path: z.string().max(5000), on: z.boolean() }),
  keepView: z.object({ view: z.string().max(100_000) }),
  save: z.object({
    name: z.string().max(200),
    text: z.string().max(50_000_000).optional(),
    base64: z.string().max(50_000_000).optional(),
  }),
};
