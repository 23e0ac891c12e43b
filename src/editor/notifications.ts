import * as vscode from 'vscode';
import type { RunProgress } from '../protocol/job.js';
import type { DatasetMemory } from './datasetMemory.js';
import * as numbers from './numbers.js';
import type { Runs } from './runs.js';
import { progressText } from './statusText.js';
import { wordOf } from './wording.js';

/** The two notifications there are: a run's progress while it runs, and its failure as a whole, unless a question settles it. */
export function registerNotifications(runs: Runs, memory: DatasetMemory): vscode.Disposable {
  return vscode.Disposable.from(
    runs.onDidStart(finished => void showProgress(runs, finished)),
    runs.onDidFail(async problem => {
      const dataset = runs.request?.dataset;
      const { run } = runs.state();
      if (dataset !== undefined && (await memory.ask(dataset, problem))) {
        // It was a question, not a failure: the history has the run that is begun now.
        if (run !== null) await runs.forget([run]);
        await runs.rerun();
        return;
      }
      const retry = vscode.l10n.t('Retry');
      const showLog = vscode.l10n.t('Show Log');
      const chosen = await vscode.window.showErrorMessage(wordOf(problem), retry, showLog);
      if (chosen === retry) await vscode.commands.executeCommand('transferlens.retry');
      if (chosen === showLog) await vscode.commands.executeCommand('transferlens.showLog');
    }),
  );
}

/** Says what is stated now, and offers to run again what is shown where it concerns that. */
export async function offerAgain(runs: Runs, said: string, concerned: boolean): Promise<void> {
  const again = vscode.l10n.t('Run Again');
  const offered = concerned && !runs.running ? [again] : [];
  const answer = await vscode.window.showInformationMessage(said, ...offered);
  if (answer === again) await vscode.commands.executeCommand('transferlens.rerun');
}

async function showProgress(runs: Runs, finished: Promise<void>): Promise<void> {
  const log = `[${vscode.l10n.t('Show Log')}](command:transferlens.showLog)`;
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `TransferLens (${log})`,
      cancellable: true,
    },
    async (progress, token) => {
      let shown = 0;
      const following = runs.onDidChange(() => {
        const state = runs.state().progress;
        if (!state) return;
        const now = 100 * fractionDone(state);
        progress.report({
          message: progressText(state, vscode.l10n.t, numbers),
          increment: Math.max(0, now - shown),
        });
        shown = Math.max(shown, now);
      });
      token.onCancellationRequested(() => runs.cancel());
      await finished;
      following.dispose();
    },
  );
}

/** Share of the run that is done, 0..1, by images. */
function fractionDone(progress: RunProgress): number {
  const parts = progress.models.map(m => {
    if (m.state === 'scored' || m.state === 'failed') return 1;
    return m.total > 0 ? m.done / m.total : 0;
  });
  return parts.length > 0 ? parts.reduce((a, b) => a + b) / parts.length : 0;
}
