import * as vscode from 'vscode';
import type { DatasetSummary, ModelSummary } from '../protocol/found.js';
import { noticeOf } from '../protocol/notice.js';
import type { Choose } from './choose.js';
import { chooseArrays } from './chooseArrays.js';
import { chooseColumns } from './chooseColumns.js';
import { chooseOutput } from './chooseOutput.js';
import { choosePixelRange } from './choosePixelRange.js';
import type { DatasetMemory } from './datasetMemory.js';
import type { DiscoveryService } from './discoveryService.js';
import { exportReport } from './exporting.js';
import type { Hints } from './hints.js';
import { bytes } from './numbers.js';
import type { Panel } from './panel.js';
import type { RunDiff } from './runDiff.js';
import type { RunSummary } from './runHistory.js';
import type { Request, Runs } from './runs.js';
import { openSample, openWalkthrough } from './samples.js';
import { wordOf } from './wording.js';
import type { WorkerClient } from './workerClient.js';

/** What each command is called with; the Explorer hands over the clicked resource and the whole selection. */
export interface Commands {
  'transferlens.scoreTransferability': (clicked?: vscode.Uri, selected?: vscode.Uri[]) => unknown;
  'transferlens.rankModels': (clicked?: vscode.Uri, selected?: vscode.Uri[]) => unknown;
  'transferlens.rerun': () => unknown;
  'transferlens.retry': (model?: string) => unknown;
  'transferlens.useAll': () => unknown;
  'transferlens.cancel': () => unknown;
  'transferlens.openPanel': () => unknown;
  'transferlens.openRun': (run?: RunSummary) => unknown;
  'transferlens.deleteRun': (run?: RunSummary, selected?: RunSummary[]) => unknown;
  'transferlens.compareRuns': (run?: RunSummary, selected?: RunSummary[]) => unknown;
  'transferlens.exportReport': (run?: RunSummary) => unknown;
  'transferlens.scoreModels': (model?: ModelSummary, selected?: ModelSummary[]) => unknown;
  'transferlens.rankForDataset': (dataset?: DatasetSummary) => unknown;
  'transferlens.revealItem': (item?: { path: string }) => unknown;
  'transferlens.chooseOutput': (model?: { path: string }) => unknown;
  'transferlens.chooseArrays': (model?: { path: string }) => unknown;
  'transferlens.chooseColumns': (dataset?: { path: string } | vscode.Uri) => unknown;
  'transferlens.choosePixelRange': (dataset?: { path: string }) => unknown;
  'transferlens.refresh': () => unknown;
  'transferlens.clearCache': () => unknown;
  'transferlens.forgetColumns': () => unknown;
  'transferlens.showHints': () => unknown;
  'transferlens.showLog': () => unknown;
  'transferlens.openSample': (from?: string) => unknown;
  'transferlens.getStarted': () => unknown;
}

/** What the commands act on. */
export interface Actors {
  context: vscode.ExtensionContext;
  worker: WorkerClient;
  runs: Runs;
  panel: Panel;
  choose: Choose;
  memory: DatasetMemory;
  hints: Hints;
  discovery: DiscoveryService;
  diff: RunDiff;
  log: vscode.LogOutputChannel;
  /** Folder of the predictions store. */
  cache: string;
}

export function registerCommands(actors: Actors): vscode.Disposable {
  const { runs, panel, log } = actors;
  const commands: Commands = {
    'transferlens.scoreTransferability': (clicked, selected) =>
      scoreTransferability(actors, clicked, selected),
    'transferlens.rankModels': (clicked, selected) => rankModels(actors, clicked, selected),
    'transferlens.rerun': () => again(actors, () => runs.rerun()),
    'transferlens.retry': model => again(actors, () => runs.retry(model)),
    'transferlens.useAll': () => again(actors, () => runs.useAll()),
    'transferlens.cancel': () => runs.cancel(),
    'transferlens.openPanel': () => panel.show(),
    'transferlens.openRun': run => openRun(actors, run),
    'transferlens.deleteRun': (run, selected) => deleteRuns(actors, selected ?? (run ? [run] : [])),
    'transferlens.compareRuns': (run, selected) =>
      actors.diff.show(selected?.length === 2 ? selected : run ? [run] : []),
    'transferlens.exportReport': run => exportRun(actors, run),
    'transferlens.scoreModels': (model, selected) =>
      scoreModels(actors, selected ?? (model ? [model] : [])),
    'transferlens.rankForDataset': dataset =>
      rankModels(actors, dataset && vscode.Uri.file(dataset.path)),
    'transferlens.revealItem': item =>
      item && vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(item.path)),
    'transferlens.chooseOutput': async model => {
      if (model && (await trusted())) await chooseOutput(actors.worker, runs, model.path);
    },
    'transferlens.chooseArrays': async model => {
      if (model && (await trusted()))
        await chooseArrays(actors.worker, runs, actors.discovery, model.path);
    },
    'transferlens.chooseColumns': async dataset => {
      if (!dataset || !(await trusted())) return;
      const path = dataset instanceof vscode.Uri ? dataset.fsPath : dataset.path;
      await chooseColumns(actors.memory, runs, path);
    },
    'transferlens.choosePixelRange': dataset =>
      dataset && choosePixelRange(actors.memory, runs, dataset.path),
    'transferlens.refresh': () => actors.discovery.rescan(),
    'transferlens.clearCache': () => clearCache(actors),
    'transferlens.forgetColumns': () => actors.memory.forget(),
    'transferlens.showHints': () => actors.hints.showAgain(),
    'transferlens.showLog': () => log.show(),
    'transferlens.getStarted': () => openWalkthrough(actors.context),
    'transferlens.openSample': from => openSample(actors.context, from === 'walkthrough'),
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
  const all = selected && selected.length > 0 ? selected : clicked ? [clicked] : [];
  const { selection, dataset: along } = withoutDataset(actors, all);
  const chosen =
    selection.length > 0 ? await actors.choose.modelsOf(selection) : await actors.choose.models();
  if (!chosen || chosen.models.length === 0) return;
  const { models, found, labelled } = chosen;
  // Predictions with labels are a dataset of their own: there is nothing to ask.
  const dataset = along ?? (labelled ? models[0] : await actors.choose.dataset());
  if (dataset) await begin(actors, { models, found, dataset });
}

/** A selection of models and one dataset answers both questions. */
function withoutDataset({ discovery }: Actors, all: readonly vscode.Uri[]) {
  const { models, datasets: found } = discovery.current;
  // Predictions with labels are both, and are meant as models.
  const paths = new Set(found.map(d => d.path).filter(path => !models.some(m => m.path === path)));
  const datasets = all.filter(uri => paths.has(uri.fsPath));
  const others = all.filter(uri => !paths.has(uri.fsPath));
  return datasets.length === 1 && others.length > 0
    ? { selection: others, dataset: datasets[0].fsPath }
    : { selection: all, dataset: undefined };
}

async function rankModels(
  actors: Actors,
  clicked?: vscode.Uri,
  selected: readonly vscode.Uri[] = [],
): Promise<void> {
  if (withoutDataset(actors, selected).dataset !== undefined)
    return scoreTransferability(actors, clicked, [...selected]);
  if (!(await trusted())) return;
  const dataset = await (clicked ? actors.choose.datasetOf(clicked) : actors.choose.dataset());
  if (!dataset) return;
  const chosen = await actors.choose.models();
  if (chosen) await begin(actors, { models: chosen.models, found: chosen.found, dataset });
}

/** Scores models that were chosen in the tree. */
async function scoreModels(actors: Actors, models: readonly ModelSummary[]): Promise<void> {
  if (models.length === 0) await scoreTransferability(actors);
  else
    await scoreTransferability(
      actors,
      undefined,
      models.map(model => vscode.Uri.file(model.path)),
    );
}

async function openRun({ runs, panel }: Actors, run?: RunSummary): Promise<void> {
  if (run && runs.running && runs.state().run !== run.id)
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'A run is in progress and goes on being shown. Open the other one when it has ended.',
      ),
    );
  else if (run) await runs.open(run.id);
  await panel.show();
}

async function deleteRuns({ runs }: Actors, chosen: readonly RunSummary[]): Promise<void> {
  const ended = chosen.filter(run => run.status !== 'running');
  if (ended.length === 0) return;
  const { t } = vscode.l10n;
  const remove = t('Delete');
  const answer = await vscode.window.showWarningMessage(
    ended.length === 1
      ? t('Delete the run on {0} from the history?', ended[0].dataset)
      : t('Delete {0} runs from the history?', ended.length),
    { modal: true, detail: t('Predictions stay in the cache: scoring again is quick.') },
    remove,
  );
  if (answer === remove) await runs.forget(ended.map(run => run.id));
}

async function exportRun({ runs, context, hints }: Actors, run?: RunSummary): Promise<void> {
  if (!run) await runs.restore();
  const report = run ? await runs.report(run.id) : runs.state().report;
  const id = run?.id ?? runs.state().run ?? '';
  const dist = vscode.Uri.joinPath(context.extensionUri, 'dist');
  if (report)
    await exportReport(
      report,
      model => runs.joint(id, model),
      (model, samples) => runs.fits(id, model, samples),
      dist,
      hints,
    );
  else
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is no report to export yet. Score some models first.'),
    );
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
