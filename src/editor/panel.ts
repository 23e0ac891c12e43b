import { randomBytes } from 'node:crypto';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import * as z from 'zod';
import { type PanelHostApi, type PanelPageApi, panelHostChecks } from '../protocol/panel.js';
import { client, serve } from '../protocol/rpc.js';
import { saveFile } from './exporting.js';
import { panelHtml } from './panelHtml.js';
import type { Runs } from './runs.js';
import { editSidecar } from './sidecar.js';
import { connectWebview } from './webviewConnection.js';

export const panelType = 'transferlens.panel';

/** What the page keeps of itself: enough to find the run again after a reload. */
const pageState = z.looseObject({ run: z.string().nullable().optional() });

/** Pushes to the page closer together than this become one. */
const pushInterval = 100;

/** The comparison panel: one page that shows the current run, restored after a reload of the window. */
export class Panel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #runs: Runs;
  readonly #log: vscode.LogOutputChannel;
  readonly #subscriptions: vscode.Disposable[];
  #panel: vscode.WebviewPanel | null = null;
  #connection: MessageConnection | null = null;
  #push: NodeJS.Timeout | null = null;

  constructor(extension: vscode.Uri, runs: Runs, log: vscode.LogOutputChannel) {
    this.#extension = extension;
    this.#runs = runs;
    this.#log = log;
    this.#subscriptions = [
      runs.onDidChange(() => this.#pushSoon()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#pushSoon()),
      vscode.window.registerWebviewPanelSerializer(panelType, this),
    ];
  }

  /** Shows the panel, creating it where there is none. */
  async show(): Promise<void> {
    await this.#runs.restore();
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    this.#adopt(
      vscode.window.createWebviewPanel(panelType, 'TransferLens', vscode.ViewColumn.Active),
    );
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = pageState.safeParse(state);
    await this.#runs.restore(kept.data?.run ?? undefined);
    this.#panel?.dispose();
    this.#adopt(panel);
  }

  dispose(): void {
    this.#panel?.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    const dist = vscode.Uri.joinPath(this.#extension, 'dist');
    const media = vscode.Uri.joinPath(this.#extension, 'media');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [dist, media] };
    panel.iconPath = vscode.Uri.joinPath(media, 'icon.svg');
    this.#connect(webview);
    panel.onDidChangeViewState(() => {
      // A hidden page is gone, and with it every answer that it waited for.
      if (!panel.visible) this.#disconnect();
      else if (!this.#connection) this.#connect(webview);
    });
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#disconnect();
      this.#panel = null;
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

  #connect(webview: vscode.Webview): void {
    const connection = connectWebview(webview);
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

  #pushSoon(): void {
    if (this.#connection) this.#push ??= setTimeout(() => this.#pushNow(), pushInterval);
  }

  #pushNow(): void {
    if (this.#push) clearTimeout(this.#push);
    this.#push = null;
    if (!this.#connection) return;
    client<PanelPageApi>(this.#connection)
      .state(this.#runs.state())
      .catch(error => this.#log.debug(`panel state: ${error}`));
  }

  /** What the page may ask for. Requests that would run something go through the commands, which ask for trust. */
  #host(): PanelHostApi {
    const command = async (id: string) => {
      // Not awaited to its end: the page follows a run by its states.
      void vscode.commands.executeCommand(`transferlens.${id}`);
    };
    return {
      ready: async () => this.#pushNow(),
      heatmap: ({ run, model }) => this.#runs.heatmap(run, model),
      cancel: () => command('cancel'),
      retry: () => command('retry'),
      useAll: () => command('useAll'),
      start: () => command('scoreTransferability'),
      editPreprocessing: async ({ model }) => {
        const found = this.#runs.state().report?.models.find(m => m.id === model);
        if (found) await editSidecar(found.path);
      },
      reveal: async ({ path }) => {
        if (this.#mayReveal(path))
          await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(path));
      },
      copy: async ({ text }) => vscode.env.clipboard.writeText(text),
      save: async ({ name, text, base64 }) => {
        const content =
          base64 === undefined
            ? new TextEncoder().encode(text ?? '')
            : Buffer.from(base64, 'base64');
        return saveFile(name, content);
      },
      showLog: () => command('showLog'),
      manageTrust: async () => {
        await vscode.commands.executeCommand('workbench.trust.manage');
      },
    };
  }

  /** Only what the run is about: a model's folder, or something in the dataset. */
  #mayReveal(path: string): boolean {
    const request = this.#runs.request;
    const roots = request ? [request.dataset, ...request.models.map(m => dirname(m))] : [];
    return roots.some(root => {
      const below = relative(root, path);
      return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
    });
  }
}
