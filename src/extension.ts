import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { registerChatTools } from './editor/chatTools.js';
import { Choose } from './editor/choose.js';
import { registerCommands } from './editor/commands.js';
import { DatasetMemory } from './editor/datasetMemory.js';
import { DiscoveryService } from './editor/discoveryService.js';
import { Hints } from './editor/hints.js';
import { registerNotifications } from './editor/notifications.js';
import { Panel } from './editor/panel.js';
import { ReportEditor } from './editor/reportEditor.js';
import { RunDiff } from './editor/runDiff.js';
import { RunStore } from './editor/runStore.js';
import { Runs } from './editor/runs.js';
import { registerRunsContext } from './editor/runsContext.js';
import { SampleCopies } from './editor/sampleCopies.js';
import { continueWalkthrough } from './editor/samples.js';
import { nodePath, onDidChangeProcess, tfjsNodeFolders } from './editor/settings.js';
import { Stars } from './editor/stars.js';
import { StatusBar } from './editor/statusBar.js';
import { openStorage } from './editor/storage.js';
import { registerTrees } from './editor/trees/index.js';
import { UnfinishedRuns } from './editor/unfinishedRuns.js';
import { WorkerClient } from './editor/workerClient.js';

/** Finished runs that are kept. */
const history = 50;

const fiveMinutes = 300_000;

/** Builds the object graph and registers it; the slow parts start by themselves afterwards. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('TransferLens', { log: true });
  const ofWorkspace = join('runs', workspaceKey());
  // Made at once: the windows on a folder watch its runs, the first of which may come later.
  const storage = openStorage(context.globalStorageUri.fsPath, ofWorkspace);
  if (storage.problem) log.error('storage:', storage.problem);
  const cache = join(storage.folder, 'cache');
  const kept = join(storage.folder, ofWorkspace);
  const worker = new WorkerClient({
    entry: join(context.extensionUri.fsPath, 'dist', 'worker.js'),
    log,
    trusted: () => vscode.workspace.isTrusted,
    nodePath,
    nativeFolders: tfjsNodeFolders,
    idleMilliseconds: fiveMinutes,
  });
  const store = new RunStore(kept, history);
  const unfinished = new UnfinishedRuns(kept, process.pid);
  const stars = new Stars(kept);
  const { workspaceState } = context;
  const memory = new DatasetMemory(workspaceState, (dataset, options) =>
    worker.columns(dataset, options),
  );
  const runs = new Runs(worker, store, unfinished, stars, workspaceState, memory, cache, log);
  const discovery = new DiscoveryService(log);
  const hints = new Hints(context.globalState);
  const choose = new Choose(discovery, workspaceState, memory, hints, worker);
  const copies = new SampleCopies(worker);
  const panel = new Panel(context.extensionUri, runs, log, hints, copies);
  const diff = new RunDiff(runs);
  context.subscriptions.push(
    log,
    worker,
    onDidChangeProcess(() => worker.renew()),
    runs,
    discovery,
    panel,
    copies,
    new StatusBar(runs),
    registerNotifications(runs, memory),
    diff,
    registerTrees(discovery, runs),
    registerRunsContext(runs),
    registerChatTools(runs, discovery),
    ReportEditor.register(context.extensionUri, log, hints),
    registerCommands({
      ...{ context, worker, runs, panel, choose, memory, hints, discovery, diff, log, cache },
    }),
    storage,
  );
  void discovery.rescan();
  context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(() => comeBack(runs, log)));
  void comeBack(runs, log);
  void continueWalkthrough(context);
}

/**
 * Names what is open, the same in all its windows. VS Code's own storage of a workspace will not do: to a second window
 * on the same folder it gives another one.
 */
function workspaceKey(): string {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  const open = workspaceFile ? [workspaceFile] : workspaceFolders.map(({ uri }) => uri);
  return createHash('sha256').update(open.join('\n')).digest('hex').slice(0, 16);
}

/** Shows what was shown before the window was closed, and goes on with a run that it interrupted. */
async function comeBack(runs: Runs, log: vscode.LogOutputChannel): Promise<void> {
  try {
    await runs.restore();
    if (vscode.workspace.isTrusted) await runs.resume();
  } catch (error) {
    log.error('restore:', error as Error);
  }
}
