import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { coalesce, type Discovery, discover, isTelling } from '../discovery/index.js';
import { resourcePath, setContext } from './setContext.js';
import { excludes } from './settings.js';

/** What a search found. */
export type Found = Pick<Discovery, 'models' | 'datasets'>;

/**
 * What models and datasets the workspace holds, kept up to date, and told to the menus: context keys
 * `transferlens.modelFolders` (every folder with a model below it), `modelFiles`, `datasetFolders`, `hasModels`, and `searched` once
 * there was time to find any.
 */
export class DiscoveryService implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #subscriptions: vscode.Disposable[];
  #abort = new AbortController();
  #scanning: Promise<void> = Promise.resolve();
  #found: Found = { models: [], datasets: [] };
  readonly #changed = new vscode.EventEmitter<void>();

  /** What is found has changed. */
  readonly onDidChange = this.#changed.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    const rescan = coalesce(() => this.rescan(), { wait: 500, longest: 5000 });
    const watcher = vscode.workspace.createFileSystemWatcher('**/*');
    const changed = (uri: vscode.Uri) => {
      if (isTelling(uri.path)) rescan();
    };
    this.#subscriptions = [
      rescan,
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidDelete(changed),
      vscode.workspace.onDidChangeWorkspaceFolders(() => rescan()),
      vscode.workspace.onDidChangeConfiguration(e => {
        if (e.affectsConfiguration('transferlens.exclude')) rescan();
      }),
    ];
  }

  /** What the workspace holds; waits for a scan in progress. */
  async found(): Promise<Found> {
    for (let scan: unknown; scan !== this.#scanning; ) {
      scan = this.#scanning;
      await scan;
    }
    return this.#found;
  }

  /** What was found last, without waiting. */
  get current(): Found {
    return this.#found;
  }

  /** Scans all workspace folders. */
  rescan(): Promise<void> {
    const scanning = this.#scanAll();
    this.#scanning = scanning;
    // The lists say that they are not complete yet.
    for (const viewId of ['transferlens.models', 'transferlens.datasets'])
      void vscode.window.withProgress({ location: { viewId } }, () => scanning);
    return scanning;
  }

  /** Models and datasets below any folder. */
  async look(folder: string, signal?: AbortSignal): Promise<Found> {
    const found = await discover(folder, { exclude: excludes(folder), signal });
    for (const { message } of found.notices) this.#log.warn(message);
    if (found.truncated) this.#log.warn(`${folder}: too many files; the search gave up`);
    return found;
  }

  dispose(): void {
    this.#abort.abort();
    vscode.Disposable.from(...this.#subscriptions, this.#changed).dispose();
  }

  async #scanAll(): Promise<void> {
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const started = Date.now();
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(f => f.uri.scheme === 'file');
    const found: Found = { models: [], datasets: [] };
    try {
      for (const folder of folders) {
        const { models, datasets } = await this.look(folder.uri.fsPath, abort.signal);
        found.models.push(...models);
        found.datasets.push(...datasets);
      }
    } catch (error) {
      if (!abort.signal.aborted) this.#log.error('discovery:', error as Error);
    }
    // A newer scan has taken over.
    if (abort.signal.aborted) return;
    this.#found = found;
    this.#changed.fire();
    const { models, datasets } = found;
    this.#log.info(
      `discovery: ${models.length} models, ${datasets.length} datasets in ${Date.now() - started} ms`,
    );
    const roots = folders.map(f => f.uri.fsPath);
    const modelFolders = foldersAbove(
      models.map(m => m.path),
      roots,
    );
    setContext('modelFolders', modelFolders.map(resourcePath));
    setContext('hasModels', models.length > 0);
    setContext(
      'modelFiles',
      models.map(m => resourcePath(m.path)),
    );
    // Of a dataset that is a file, its folder too: not every folder above, for that would be the workspace itself.
    setContext(
      'datasetFolders',
      datasets.flatMap(({ path }) =>
        [path, dirname(path)].filter(p => !roots.includes(p)).map(resourcePath),
      ),
    );
    setContext(
      'openArrays',
      datasets.flatMap(({ path, open }) => (open ? [resourcePath(path)] : [])),
    );
    setContext('searched', true);
  }
}

/** All folders that hold one of the paths at any depth, up to and with the roots. */
function foldersAbove(paths: readonly string[], roots: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    let folder = path;
    while (!roots.includes(folder)) {
      const parent = dirname(folder);
      if (parent === folder || folders.has(parent)) break;
      folders.add(parent);
      folder = parent;
    }
  }
  return [...folders];
}
