import * as vscode from 'vscode';
import { noticeOf } from '../protocol/notice.js';
import { bytes } from '../report/format.js';
import type { Choose } from './choose.js';
import type { DatasetMemory } from './datasetMemory.js';
import type { Panel } from './panel.js';
import type { Request, Runs } from './runs.js';
import { openSample } from './samples.js';
import { wordOf } from './wording.js';
import type { WorkerClient } from './workerClient.js';

/** What each command is called with; the Explorer hands over the clicked resource and the whole selection. */
export interface Commands {
  'transferlens.scoreTransferability': (clicked?: vscode.Uri, selected?: vscode.Uri[]) => unknown;
  'transferlens.rankModels': (clicked?: vscode.Uri) => unknown;
  'transferlens.rerun': () => unknown;
  'transferlens.retry': () => unknown;
  'transferlens.useAll': () => unknown;
  'transferlens.cancel': () => unknown;
  'transferlens.openPanel': () => unknown;
  'transferlens.clearCache': () => unknown;
  'transferlens.forgetColumns': () => unknown;
  'transferlens.showLog': () => unknown;
  'transferlens.openSample': () => unknown;
}

/** What the commands act on. */
export interface Actors {
  context: vscode.ExtensionContext;
  worker: WorkerClient;
  runs: Runs;
  panel: Panel;
  choose: Choose;
  memory: DatasetMemory;
  log: vscode.LogOutputChannel;
  /** Folder of the predictions store. */
  cache: string;
}

export function registerCommands(actors: Actors): vscode.Disposable {
  const { runs, panel, log } = actors;
  const commands: Commands = {
    'transferlens.scoreTransferability': (clicked, selected) =>
      scoreTransferability(actors, clicked, selected),
    'transferlens.rankModels': clicked => rankModels(actors, clicked),
    'transferlens.rerun': () => again(actors, () => runs.rerun()),
    'transferlens.retry': () => again(actors, () => runs.retry()),
    'transferlens.useAll': () => again(actors, () => runs.useAll()),
    'transferlens.cancel': () => runs.cancel(),
    'transferlens.openPanel': () => panel.show(),
    'transferlens.clearCache': () => clearCache(actors),
    'transferlens.forgetColumns': () => actors.memory.forget(),
    'transferlens.showLog': () => log.show(),
    'transferlens.openSample': () =>
      openSample(actors.context.extensionUri, actors.context.globalStorageUri),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, run]: [string, (...args: never[]) => unknown]) =>
      vscode.commands.registerCommand(id, async (...args: never[]) => {
        try {
          await run(...args);
        } catch (error) {
          log.error(`${id}:`, error as Error);
          await report(error);
        }
      }),
    ),
  );
}

async function scoreTransferability(
  actors: Actors,
  clicked?: vscode.Uri,
  selected?: vscode.Uri[],
): Promise<void> {
  if (!(await trusted())) return;
  const selection = selected && selected.length > 0 ? selected : clicked ? [clicked] : [];
  const chosen =
    selection.length > 0 ? await actors.choose.modelsOf(selection) : await actors.choose.models();
  if (!chosen || chosen.models.length === 0) return;
  const { models, labelled } = chosen;
  // Predictions with labels are a dataset of their own: there is nothing to ask.
  const dataset = labelled ? models[0] : await actors.choose.dataset();
  if (dataset) await begin(actors, { models, dataset });
}

async function rankModels(actors: Actors, clicked?: vscode.Uri): Promise<void> {
  if (!(await trusted())) return;
  const dataset = clicked ? clicked.fsPath : await actors.choose.dataset();
  if (!dataset) return;
  const chosen = await actors.choose.models();
  if (chosen) await begin(actors, { models: chosen.models, dataset });
}

async function begin({ runs, panel }: Actors, request: Request): Promise<void> {
  if (!(await free(runs))) return;
  const run = runs.start(request);
  await panel.show();
  await run;
}

/** Runs something again, by a way that the current run offers. */
async function again(actors: Actors, run: () => Promise<void>): Promise<void> {
  const { runs, panel } = actors;
  if (!(await trusted())) return;
  await runs.restore();
  if (!runs.request) {
    await scoreTransferability(actors);
    return;
  }
  if (!(await free(runs))) return;
  const finished = run();
  await panel.show();
  await finished;
}

/** True when nothing runs, or the user gives up what runs. */
async function free(runs: Runs): Promise<boolean> {
  if (!runs.running) return true;
  const instead = vscode.l10n.t('Cancel It and Start');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Another run is in progress. What it has computed is kept.'),
    instead,
  );
  return chosen === instead;
}

/** True in a trusted workspace; otherwise says why nothing happens. */
async function trusted(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const chosen = await vscode.window.showWarningMessage(
    wordOf({
      code: 'workspace.untrusted',
      message: '',
    }),
    manage,
  );
  if (chosen === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}

async function clearCache({ worker, runs, cache }: Actors): Promise<void> {
  if (!(await trusted())) return;
  if (runs.running) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('A run is using the cache. Cancel it or let it finish, then clear the cache.'),
    );
    return;
  }
  const size = await worker.cacheSize(cache);
  if (size === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The cache is empty.'));
    return;
  }
  const clear = vscode.l10n.t('Clear Cache');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Clear the cache of predictions ({0})?', bytes(size)),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Results that are shown stay. The next run of a model computes its predictions again.',
      ),
    },
    clear,
  );
  if (chosen !== clear) return;
  const freed = await worker.clearCache(cache);
  void vscode.window.showInformationMessage(vscode.l10n.t('{0} freed.', bytes(freed)));
}

async function report(error: unknown): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  const chosen = await vscode.window.showErrorMessage(wordOf(noticeOf(error)), showLog);
  if (chosen === showLog) await vscode.commands.executeCommand('transferlens.showLog');
}
