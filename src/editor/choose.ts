import { basename, dirname, sep } from 'node:path';
import * as vscode from 'vscode';
import { leftOut, worthRunning } from '../discovery/index.js';
import type { DatasetSummary } from '../protocol/found.js';
import { mayHoldPredictions, settleArrays } from './chooseArrays.js';
import type { DatasetMemory } from './datasetMemory.js';
import type { DiscoveryService } from './discoveryService.js';
import type { Hints } from './hints.js';
import { browse, pickDataset, pickModels } from './picks.js';
import { wordOf } from './wording.js';
import type { WorkerClient } from './workerClient.js';

/** Key of the dataset that was used last, kept for each workspace. */
const lastDatasetKey = 'transferlens.lastDataset';

/** Models that were chosen: absolute paths, and whether all bring labels of their own, so that no dataset is needed. */
export interface Chosen {
  models: string[];
  /** Those of them that nobody chose one by one. */
  found: string[];
  labelled: boolean;
}

/** The questions a run asks before it starts: which models, which dataset. */
export class Choose {
  readonly #discovery: DiscoveryService;
  readonly #memento: vscode.Memento;
  readonly #memory: DatasetMemory;
  readonly #hints: Hints;
  readonly #worker: WorkerClient;

  constructor(
    discovery: DiscoveryService,
    memento: vscode.Memento,
    memory: DatasetMemory,
    hints: Hints,
    worker: WorkerClient,
  ) {
    this.#discovery = discovery;
    this.#memento = memento;
    this.#memory = memory;
    this.#hints = hints;
    this.#worker = worker;
  }

  /**
   * Models of a selection: files are taken as they are, folders with all that is below them and can be run. None where a question
   * about one was dismissed.
   */
  async modelsOf(selection: readonly vscode.Uri[]): Promise<Chosen> {
    const paths: string[] = [];
    const below: string[] = [];
    let labelled = true;
    for (const uri of selection) {
      const { type } = await vscode.workspace.fs.stat(uri);
      const isFolder = type & vscode.FileType.Directory;
      const look = () => searching(signal => this.#discovery.look(uri.fsPath, signal));
      let found = await look();
      const isKnown = found.models.some(m => m.format === 'predictions');
      if (!isFolder && !isKnown && mayHoldPredictions(uri.fsPath)) {
        if (!(await settleArrays(this.#worker, uri.fsPath)))
          return { models: [], found: [], labelled: false };
        found = await look();
      }
      const { models, left } = worthRunning(found.models);
      if (isFolder) below.push(...models.map(m => m.path));
      else paths.push(uri.fsPath);
      labelled &&= models.length > 0 && models.every(m => m.labelled);
      if (isFolder && left.length > 0) void this.#hints.show('leftOut', wordOf(leftOut(left)));
    }
    const found = [...new Set(below)].filter(path => !paths.includes(path));
    if (paths.length + found.length === 0)
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          '{0}: no model was found in it. Put .onnx files there, or check the setting "transferlens.exclude".',
          selection.map(uri => basename(uri.fsPath)).join(', '),
        ),
      );
    return { models: [...new Set(paths), ...found], found, labelled };
  }

  /** Asks which of the workspace's models to score, all ticked but those that are another precision of one that is. Undefined: none, or dismissed. */
  async models(): Promise<Chosen | undefined> {
    const { models } = await searching(() => this.#discovery.found());
    if (models.length > 0) {
      const picked = await pickModels(models, paths => this.#worker.assumed(paths));
      const paths = picked?.map(m => m.path) ?? [];
      // They were all ticked: what is left so was not chosen one by one.
      return picked && { models: paths, found: paths, labelled: picked.every(m => m.labelled) };
    }
    const folder = await browse(
      vscode.l10n.t(
        'No model was found in this workspace. Add .onnx files to it, or choose a folder that holds some.',
      ),
      vscode.l10n.t('Choose Models'),
    );
    const chosen = folder && (await this.modelsOf([folder]));
    return chosen && chosen.models.length > 0 ? chosen : undefined;
  }

  /** Asks for the dataset: those of the workspace, the last used first, `Browse…` last. */
  async dataset(): Promise<string | undefined> {
    const { datasets } = await searching(() => this.#discovery.found());
    const last = this.#memento.get<DatasetSummary>(lastDatasetKey);
    const known = [...datasets];
    if (last && !known.some(d => d.path === last.path) && (await exists(last.path)))
      known.push(last);
    if (known.length === 0) {
      const chosen = await this.#browseDataset(
        vscode.l10n.t(
          'No labelled images were found in this workspace. Choose a folder that holds one sub-folder of images for each class.',
        ),
      );
      return chosen && this.use(chosen);
    }
    known.sort((a, b) => Number(b.path === last?.path) - Number(a.path === last?.path));
    return this.#used(await pickDataset(known, { last: last?.path }));
  }

  /** The dataset that a clicked file or folder is, or holds: asks where it holds several. Undefined: dismissed. */
  async datasetOf(clicked: vscode.Uri): Promise<string | undefined> {
    const { datasets } = this.#discovery.current;
    const own = datasets.find(({ path }) => path === clicked.fsPath);
    if (own) return this.use(own);
    const below = datasets.filter(({ path }) => path.startsWith(`${clicked.fsPath}${sep}`));
    if (below.length === 0) return clicked.fsPath;
    if (below.length === 1) return this.use(below[0]);
    const folder = areFoldersOf(clicked.fsPath, below) ? basename(clicked.fsPath) : undefined;
    const chosen = await pickDataset(below, { folder });
    if (chosen !== 'folder') return this.#used(chosen);
    await this.#memory.takeFoldersForClasses(clicked.fsPath);
    return clicked.fsPath;
  }

  async #used(chosen: Awaited<ReturnType<typeof pickDataset>>): Promise<string | undefined> {
    const dataset = typeof chosen === 'string' ? await this.#browseDataset() : chosen;
    return dataset && this.use(dataset);
  }

  /** Remembers a dataset as the last used one and gives its path. */
  use(dataset: DatasetSummary): string {
    void this.#memento.update(lastDatasetKey, dataset);
    return dataset.path;
  }

  async #browseDataset(cure?: string): Promise<DatasetSummary | undefined> {
    const folder = await browse(cure, vscode.l10n.t('Choose Dataset'));
    if (!folder) return undefined;
    const { datasets } = await searching(signal => this.#discovery.look(folder.fsPath, signal));
    if (datasets.length > 1) {
      const chosen = await pickDataset(datasets);
      return typeof chosen === 'string' ? this.#browseDataset() : chosen;
    }
    if (datasets.length === 0)
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          '{0}: no labelled images were found in it. Choose a folder that holds one sub-folder of images for each class.',
          folder.fsPath,
        ),
      );
    return datasets[0];
  }
}

/** Whether datasets are folders of images in one folder: then they may as well be its classes. */
function areFoldersOf(folder: string, datasets: readonly DatasetSummary[]): boolean {
  return datasets.every(d => d.layout === 'imageFolder' && dirname(d.path) === folder);
}

/** A search that takes long shows itself in the status bar. */
function searching<T>(search: (signal: AbortSignal) => Promise<T>): Thenable<T> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Window,
      title: vscode.l10n.t('Looking for models and data'),
    },
    () => search(new AbortController().signal),
  );
}

async function exists(path: string): Promise<boolean> {
  return vscode.workspace.fs.stat(vscode.Uri.file(path)).then(
    () => true,
    () => false,
  );
}
