import * as vscode from 'vscode';
import { jointsIn } from '../heatmap/index.js';
import { type Notice, notice } from '../protocol/notice.js';
import type { PanelState } from '../protocol/panel.js';
import { type Report, reportSchema } from '../report/schema.js';
import type { Hints } from './hints.js';
import { type PageSource, PanelPage } from './panelPage.js';

/** A saved report and why it cannot be shown, where it cannot. */
class ReportDocument implements vscode.CustomDocument {
  constructor(
    readonly uri: vscode.Uri,
    readonly report: Report | null,
    readonly problem: Notice | null,
  ) {}

  dispose(): void {
    // Nothing is held.
  }
}

/** `*.transfer.json` opens as the comparison panel, read-only. */
export class ReportEditor implements vscode.CustomReadonlyEditorProvider<ReportDocument> {
  readonly #extension: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #hints: Hints;

  constructor(extension: vscode.Uri, log: vscode.LogOutputChannel, hints: Hints) {
    this.#extension = extension;
    this.#log = log;
    this.#hints = hints;
  }

  static register(
    extension: vscode.Uri,
    log: vscode.LogOutputChannel,
    hints: Hints,
  ): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(
      'transferlens.report',
      new ReportEditor(extension, log, hints),
    );
  }

  async openCustomDocument(uri: vscode.Uri): Promise<ReportDocument> {
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      return new ReportDocument(uri, reportSchema.parse(JSON.parse(text)), null);
    } catch (error) {
      this.#log.warn(`${uri.fsPath}:`, error as Error);
      const file = vscode.workspace.asRelativePath(uri);
      return new ReportDocument(uri, null, notice('report.unreadable', { file }));
    }
  }

  resolveCustomEditor({ report, problem }: ReportDocument, panel: vscode.WebviewPanel): void {
    const { joints, packedJoints, ...shown } = report ?? {};
    const jointOf = jointsIn({ joints, packedJoints });
    const state = (): PanelState => ({
      status: report ? 'done' : 'failed',
      // Any name will do: the page asks for matrices of a run.
      run: report ? 'saved' : null,
      report: report && (shown as Report),
      progress: null,
      problem,
      stale: [],
      trusted: vscode.workspace.isTrusted,
      readOnly: true,
      strings: vscode.l10n.bundle ?? {},
      locale: vscode.env.language,
    });
    const source: PageSource = {
      state,
      joint: (_, model) => jointOf(model),
      fits: async () => null,
      mayReveal: () => false,
    };
    const page = new PanelPage(this.#extension, panel, this.#log, source, this.#hints);
    panel.onDidDispose(() => page.dispose());
  }
}
