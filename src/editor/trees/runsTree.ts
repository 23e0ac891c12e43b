import * as vscode from 'vscode';
import type { RunSummary } from '../runHistory.js';
import type { Runs } from '../runs.js';
import { outcome } from '../statusText.js';
import { spoken, wordOf } from '../wording.js';

const icons = {
  done: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  cancelled: new vscode.ThemeIcon('circle-slash'),
  failed: new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
  running: new vscode.ThemeIcon('loading~spin'),
};

/** The history of runs, the newest first; a click opens one in the panel. */
export class RunsTree implements vscode.TreeDataProvider<RunSummary>, vscode.Disposable {
  readonly #runs: Runs;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(runs: Runs) {
    this.#runs = runs;
    this.#subscription = runs.onDidFinish(() => this.#changed.fire());
  }

  async getChildren(parent?: RunSummary): Promise<RunSummary[]> {
    return parent ? [] : this.#runs.history();
  }

  getTreeItem(run: RunSummary): vscode.TreeItem {
    const { t } = vscode.l10n;
    const { report, status } = run;
    const date = new Date(run.started);
    const item = new vscode.TreeItem(run.dataset);
    item.id = run.id;
    item.iconPath = icons[status];
    const ranked = status !== 'running' && report ? [outcome(report, t)] : [];
    // Of a run that is done the ranking is enough; what another one has ranked is not all of it.
    const how = [...(status === 'done' && report ? [] : [words()[status]]), ...ranked].join(' · ');
    item.description = [when(date), how].join(' · ');
    item.tooltip = [
      `${run.dataset}: ${how}`,
      date.toLocaleString(vscode.env.language),
      ...(run.problem ? [wordOf(run.problem)] : []),
      ...(report?.verdict?.map(wordOf) ?? []),
    ].join('\n');
    item.contextValue = status === 'running' ? 'inFlight' : report ? 'run' : 'run.empty';
    item.accessibilityInformation = { label: spoken(run.dataset, item.description) };
    item.command = {
      command: 'transferlens.openRun',
      title: t('Open Comparison Panel'),
      arguments: [run],
    };
    return item;
  }

  dispose(): void {
    vscode.Disposable.from(this.#subscription, this.#changed).dispose();
  }
}

/** How a run without a ranking stands, in a word. */
function words(): Record<RunSummary['status'], string> {
  const { t } = vscode.l10n;
  return {
    done: t('done'),
    running: t('running'),
    failed: t('failed'),
    cancelled: t('cancelled'),
  };
}

/** A time of today as such, others with their day. */
function when(date: Date): string {
  const today = date.toDateString() === new Date().toDateString();
  return today
    ? date.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString(vscode.env.language, { dateStyle: 'medium' });
}
