import { dirname, isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Hints } from './hints.js';
import { type PageSource, PanelPage } from './panelPage.js';
import type { Runs } from './runs.js';
import type { SampleCopies } from './sampleCopies.js';

const panelType = 'transferlens.panel';

/** What the page keeps of itself: enough to find the run again after a reload. */
const pageState = z.looseObject({ run: z.string().nullable().optional() });

/** The comparison panel: one page that shows the current run, restored after a reload of the window. */
export class Panel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #runs: Runs;
  readonly #log: vscode.LogOutputChannel;
  readonly #hints: Hints;
  readonly #copies: SampleCopies;
  readonly #subscriptions: vscode.Disposable[];
  #panel: vscode.WebviewPanel | null = null;
  #page: PanelPage | null = null;

  constructor(
    extension: vscode.Uri,
    runs: Runs,
    log: vscode.LogOutputChannel,
    hints: Hints,
    copies: SampleCopies,
  ) {
    this.#copies = copies;
    this.#extension = extension;
    this.#runs = runs;
    this.#log = log;
    this.#hints = hints;
    this.#subscriptions = [
      runs.onDidChange(() => this.#page?.pushSoon()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#page?.pushSoon()),
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
    const source: PageSource = {
      state: () => this.#runs.state(),
      joint: (run, model) => this.#runs.joint(run, model),
      star: (path, on) => this.#runs.star(path, on),
      keepView: view => this.#runs.keepView(view),
      fits: (run, model) => this.#runs.fits(run, model),
      openCopy: row => this.#openCopy(row),
      mayReveal: path => this.#mayReveal(path),
    };
    const page = new PanelPage(this.#extension, panel, this.#log, source, this.#hints);
    this.#panel = panel;
    this.#page = page;
    panel.onDidDispose(() => {
      page.dispose();
      if (this.#panel !== panel) return;
      this.#panel = null;
      this.#page = null;
    });
  }

  async #openCopy(row: number): Promise<void> {
    const address = this.#runs.addressOf(row);
    if (address) await this.#copies.open(address);
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
