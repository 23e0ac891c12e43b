import { basename, extname } from 'node:path';
import * as vscode from 'vscode';
import {
  type PredictionFile,
  type PredictionRole,
  predictionRoles,
} from '../protocol/predictionFile.js';
import type { DiscoveryService } from './discoveryService.js';
import { offerAgain } from './notifications.js';
import type { Runs } from './runs.js';
import { writeSidecar } from './sidecar.js';
import type { WorkerClient } from './workerClient.js';

/** Keys of the sidecar by what they name. */
const keys: Record<PredictionRole, string> = {
  ...{ outputs: 'output', features: 'features', labels: 'targets', ids: 'ids' },
};

const fileOfArrays = /^\.(npz|safetensors|parquet|arrow|feather|ipc)$/i;

/** Whether predictions may lie in a file, by its ending. */
export function mayHoldPredictions(path: string): boolean {
  return fileOfArrays.test(extname(path));
}

/** Asks which arrays of predictions are what, whatever is taken now, and states it in the sidecar. */
export async function chooseArrays(
  worker: WorkerClient,
  runs: Runs,
  discovery: DiscoveryService,
  path: string,
): Promise<void> {
  const { t } = vscode.l10n;
  const file = await askArrays(path, await readArrays(worker, path));
  if (file === undefined) return;
  // With other labels it may be a dataset of its own, or none.
  void discovery.rescan();
  const said = t('{0} says now which arrays are meant.', basename(file));
  await offerAgain(runs, said, runs.request?.models.includes(path) ?? false);
}

/** Where nothing tells which arrays of a file are predictions, asks it and states it in the sidecar. False: dismissed. */
export async function settleArrays(worker: WorkerClient, path: string): Promise<boolean> {
  const found = await readArrays(worker, path);
  return !found.open || (await askArrays(path, found)) !== undefined;
}

function readArrays(worker: WorkerClient, path: string): Thenable<PredictionFile> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Window,
      title: vscode.l10n.t('Reading the arrays of the file'),
    },
    () => worker.predictions(path),
  );
}

/** Asks for one array after the other; returns the sidecar that says so. Undefined: dismissed, or none holds predictions. */
async function askArrays(
  path: string,
  { arrays, taken, named }: PredictionFile,
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const chosen: Partial<Record<PredictionRole, string>> = {};
  let rows: number | undefined;
  for (const role of predictionRoles) {
    const used = Object.values(chosen);
    const offered = arrays.filter(
      array =>
        array.roles.includes(role) &&
        !used.includes(array.name) &&
        (rows === undefined || array.rows === rows),
    );
    if (offered.length === 0) continue;
    const items: (vscode.QuickPickItem & { array?: string })[] = offered.map(({ name, about }) => ({
      label: name,
      description: [about, ...(taken[role] === name ? [t('taken now')] : [])].join(' · '),
      array: name,
    }));
    // What names tell would be taken all the same.
    if (named[role] === undefined)
      items.push(
        { label: '', kind: vscode.QuickPickItemKind.Separator },
        { label: t('None of them'), description: withoutIt(role) },
      );
    const picked = await vscode.window.showQuickPick(items, {
      title: t('{0}: arrays', basename(path)),
      placeHolder: questionOf(role),
      matchOnDescription: true,
      ignoreFocusOut: true,
    });
    if (!picked) return undefined;
    if (picked.array === undefined) continue;
    chosen[role] = picked.array;
    rows ??= arrays.find(({ name }) => name === picked.array)?.rows;
  }
  if (chosen.outputs === undefined && chosen.features === undefined) return undefined;
  const stated = predictionRoles.map(role => [keys[role], chosen[role]]);
  return writeSidecar(path, Object.fromEntries(stated));
}

function questionOf(role: PredictionRole): string {
  const { t } = vscode.l10n;
  switch (role) {
    case 'outputs':
      return t('Which array holds the outputs of the model, its probabilities or logits?');
    case 'features':
      return t('Which array holds the penultimate features?');
    case 'labels':
      return t('Which array holds the labels?');
    case 'ids':
      return t('Which array holds the ids of the samples?');
  }
}

/** What it means that there is none. */
function withoutIt(role: PredictionRole): string {
  const { t } = vscode.l10n;
  switch (role) {
    case 'outputs':
      return t('scored by its features alone');
    case 'features':
      return t('no scores of features');
    case 'labels':
      return t('they come from a dataset');
    case 'ids':
      return t('rows belong to samples by their order');
  }
}
