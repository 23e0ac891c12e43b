import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { Heatmaps } from '../heatmap/index.js';
import type { Fits } from '../protocol/fits.js';
import {
  type PanelHostApi,
  type PanelPageApi,
  type PanelState,
  panelHostChecks,
} from '../protocol/panel.js';
import type { SamplePlace } from '../protocol/place.js';
import { client, serve } from '../protocol/rpc.js';
import type { Joint } from '../protocol/worker.js';
import { saveFile } from './exporting.js';
import type { Hints } from './hints.js';
import { linesOf } from './lines.js';
import { panelHtml } from './panelHtml.js';
import { openBeside } from './sampleCopies.js';
import { editSidecar } from './sidecar.js';
import { connectWebview } from './webviewConnection.js';

/** Pushes to the page closer together than this become one. */
const pushInterval = 100;

/** What a page shows. */
export interface PageSource {
  state(): PanelState;
  /** The joint behind a model's heatmap: the same object as long as it is the same joint. */
  joint(run: string, model: string): Promise<Joint | null>;
  /** Marks a model for the user, where marks are kept. */
  star?(path: string, on: boolean): Promise<void>;
  /** Keeps what the user chose to see, where that is kept. */
  keepView?(view: string): Promise<void>;
  fits(run: string, model: string): Promise<Fits | null>;
  /** Opens a copy of a sample from inside a file of the dataset. */
  openCopy?(row: number): Promise<void>;
  /** Whether the page may show a file in the Explorer: only what its run is about. */
  mayReveal(path: string): boolean;
}

/** The comparison page inside one webview: connects it, pushes states to it, answers it. */
export class PanelPage implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #log: vscode.LogOutputChannel;
  readonly #source: PageSource;
  readonly #hints: Hints;
  readonly #heatmaps: Heatmaps;
  readonly #subscription: vscode.Disposable;
  #connection: MessageConnection | null = null;
  /** The report that the page has: of many models it is large, and a run in progress changes other things more often. */
  #shown: PanelState['report'] = null;
  #push: NodeJS.Timeout | null = null;

  constructor(
    extension: vscode.Uri,
    panel: vscode.WebviewPanel,
    log: vscode.LogOutputChannel,
    source: PageSource,
    hints: Hints,
  ) {
    this.#panel = panel;
    this.#log = log;
    this.#source = source;
    this.#hints = hints;
    this.#heatmaps = new Heatmaps((run, model) => source.joint(run, model));
    const dist = vscode.Uri.joinPath(extension, 'dist');
    const media = vscode.Uri.joinPath(extension, 'media');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [dist, media] };
    panel.iconPath = vscode.Uri.joinPath(media, 'icon.svg');
    this.#connect();
    this.#subscription = panel.onDidChangeViewState(() => {
      // A hidden page is gone, and with it every answer that it waited for.
      if (!panel.visible) this.#disconnect();
      else if (!this.#connection) this.#connect();
    });
    webview.html = panelHtml({
      script: String(webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.js'))),
      style: String(webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.css'))),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      title: 'TransferLens',
      language: vscode.env.language,
    });
  }

  /** The state has changed: the page gets it soon. */
  pushSoon(): void {
    if (this.#connection) this.#push ??= setTimeout(() => this.#pushNow(), pushInterval);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#disconnect();
  }

  #connect(): void {
    const connection = connectWebview(this.#panel.webview);
    serve<PanelHostApi>(connection, this.#host(), panelHostChecks, (method, error) =>
      this.#log.error(`panel ${method}:`, error as Error),
    );
    connection.listen();
    this.#connection = connection;
  }

  #disconnect(): void {
    if (this.#push) clearTimeout(this.#push);
    this.#push = null;
    this.#connection?.dispose();
    this.#connection = null;
  }

  #pushNow(): void {
    if (this.#push) clearTimeout(this.#push);
    this.#push = null;
    if (!this.#connection) return;
    const { report, ...others } = this.#source.state();
    const known = report !== null && report === this.#shown;
    this.#shown = report;
    client<PanelPageApi>(this.#connection)
      .state(known ? others : { ...others, report })
      .catch(error => this.#log.debug(`panel state: ${error}`));
  }

  /** What the page may ask for. Requests that would run something go through the commands, which ask for trust. */
  #host(): PanelHostApi {
    const command = async (id: string, ...given: unknown[]) => {
      // Not awaited to its end: the page follows a run by its states.
      void vscode.commands.executeCommand(`transferlens.${id}`, ...given);
    };
    return {
      ready: async () => {
        this.#shown = null;
        this.#pushNow();
      },
      heatmap: request => this.#heatmaps.window(request),
      saveHeatmap: async ({ run, model, name }) => {
        const lines = await this.#heatmaps.csv(run, model);
        return lines !== null && saveFile(this.#hints, name, lines);
      },
      fits: ({ run, model }) => this.#source.fits(run, model),
      open: async place => {
        if (!this.#source.mayReveal(place.file)) return;
        if (place.kind === 'copy') await this.#source.openCopy?.(place.row);
        else await openBeside(vscode.Uri.file(place.file), await selectionOf(place));
      },
      cancel: () => command('cancel'),
      retry: asked => command('retry', asked?.model),
      useAll: () => command('useAll'),
      start: () => command('scoreTransferability'),
      editPreprocessing: async ({ model }) => {
        const found = this.#source.state().report?.models.find(m => m.id === model);
        if (found) await editSidecar(found.path);
      },
      chooseOutput: async ({ model }) => {
        const found = this.#source.state().report?.models.find(m => m.id === model);
        if (found)
          void vscode.commands.executeCommand('transferlens.chooseOutput', { path: found.path });
      },
      choosePixelRange: async () => {
        const path = this.#source.state().report?.dataset.path;
        if (path) void vscode.commands.executeCommand('transferlens.choosePixelRange', { path });
      },
      reveal: async ({ path }) => {
        if (this.#source.mayReveal(path))
          await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(path));
      },
      star: async ({ path, on }) => this.#source.star?.(path, on),
      keepView: async ({ view }) => this.#source.keepView?.(view),
      copy: async ({ text }) => vscode.env.clipboard.writeText(text),
      save: async ({ name, text, base64 }) => {
        const content = base64 === undefined ? [text ?? ''] : Buffer.from(base64, 'base64');
        return saveFile(this.#hints, name, content);
      },
      exportReport: () => command('exportReport'),
      showLog: () => command('showLog'),
      manageTrust: async () => {
        await vscode.commands.executeCommand('workbench.trust.manage');
      },
    };
  }
}

/** The lines of a file that a sample is; none where it is all of the file. */
async function selectionOf(place: SamplePlace): Promise<vscode.Range | undefined> {
  if (place.kind !== 'lines') return undefined;
  const { start, end } = await linesOf(place.file, place.bytes);
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
