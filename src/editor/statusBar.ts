import * as vscode from 'vscode';
import type { Report } from '../report/schema.js';
import * as numbers from './numbers.js';
import type { Runs } from './runs.js';
import { headline, leaders, statusText } from './statusText.js';
import { escapeMarkdown, spoken } from './wording.js';

/** The status bar item: the ranking in a few words, the first three on hover, the panel on a click. */
export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #runs: Runs;
  readonly #subscription: vscode.Disposable;

  constructor(runs: Runs) {
    this.#runs = runs;
    this.#item = vscode.window.createStatusBarItem(
      'transferlens.status',
      vscode.StatusBarAlignment.Left,
    );
    this.#item.name = 'TransferLens';
    this.#item.command = 'transferlens.openPanel';
    this.#subscription = runs.onDidChange(() => this.#update());
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #update(): void {
    const state = this.#runs.state();
    const said = statusText(state, vscode.l10n.t, numbers);
    if (!said) {
      this.#item.hide();
      return;
    }
    this.#item.text = said.text;
    this.#item.tooltip =
      state.report && state.report.ranking.order.length > 0
        ? tooltip(state.report, state.status === 'running' ? [said.label] : [])
        : said.label;
    this.#item.accessibilityInformation = { label: spoken(said.label), role: 'button' };
    this.#item.show();
  }
}

/** The first models of a ranking below what is said of its run. */
function tooltip(report: Report, run: string[]): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const { dataset } = report;
  // One column for both: in a hover nothing parts two headings.
  const head = [t('Model'), `${headline(report, t)} · ${t('95 % interval')}`];
  const rows = leaders(report).map(row => [row.name, `${row.score} ${row.interval}`.trim()]);
  const line = (cells: string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return new vscode.MarkdownString(
    [
      ...[...run, t('{0} · {1} samples', dataset.name, numbers.count(dataset.scored))].flatMap(
        text => [escapeMarkdown(text), ''],
      ),
      line(head),
      '|:--|--:|',
      ...rows.map(line),
      '',
      escapeMarkdown(t('Click to open the comparison panel.')),
    ].join('\n'),
  );
}
