import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { formatName, layoutName, takesSamples, worthRunning } from '../discovery/index.js';
import type { DatasetSummary, ModelSummary } from '../protocol/found.js';
import { bytes, count } from './numbers.js';
import { contentIcons } from './wording.js';

/**
 * Asks which models to score, all ticked but those that are another precision of one that is.
 * @param assumed those of some models beside which no file says how samples are preprocessed
 * @returns undefined: none, or dismissed
 */
export async function pickModels(
  found: readonly ModelSummary[],
  assumed: (models: string[]) => Promise<string[]>,
): Promise<ModelSummary[] | undefined> {
  const { models } = worthRunning(found);
  // Of one export in several precisions the others can be ticked too.
  const others = found.filter(m => m.format === 'onnx' && !models.includes(m));
  const offered = [...models, ...others];
  const prepared = offered.filter(m => takesSamples(m.format)).map(m => m.path);
  const itemsWith = (unsaid: readonly string[]) =>
    offered.map(m => ({
      label: m.name,
      description: [vscode.l10n.t(formatName(m.format)), bytes(m.bytes)].join(' · '),
      detail: [
        vscode.workspace.asRelativePath(dirname(m.path)),
        ...(unsaid.includes(m.path)
          ? [vscode.l10n.t('preprocessing of images: assumed (default)')]
          : []),
      ].join(' · '),
      picked: models.includes(m),
      model: m,
    }));
  const items = assumed(prepared).then(itemsWith, () => itemsWith([]));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Score Transferability: source models'),
    placeHolder: vscode.l10n.t('Models to score'),
    canPickMany: true,
    matchOnDetail: true,
    // The walkthrough takes the focus when a step is done.
    ignoreFocusOut: true,
  });
  return chosen && chosen.length > 0 ? chosen.map(item => item.model) : undefined;
}

/**
 * Asks for a dataset, `Browse…` last.
 * @param last path of the one that was used last
 * @param folder name of a folder that may be meant as a whole, its folders being the classes
 */
export async function pickDataset(
  datasets: readonly DatasetSummary[],
  { last, folder }: { last?: string; folder?: string } = {},
): Promise<DatasetSummary | 'browse' | 'folder' | undefined> {
  const { t } = vscode.l10n;
  const items: PickedDataset[] = datasets.map(dataset => ({
    label: dataset.name,
    iconPath: new vscode.ThemeIcon(contentIcons[dataset.content]),
    description: [
      ...(dataset.size === null ? [] : [t('{0} samples', count(dataset.size))]),
      ...(dataset.classes === null ? [] : [t('{0} classes', dataset.classes)]),
      t(layoutName(dataset.layout)),
      ...(dataset.path === last ? [t('last used')] : []),
    ].join(' · '),
    detail: vscode.workspace.asRelativePath(dataset.path),
    chosen: dataset,
  }));
  if (folder !== undefined)
    items.push({
      label: folder,
      iconPath: new vscode.ThemeIcon('folder'),
      description: t('one class for each folder, with all images below it'),
      chosen: 'folder',
    });
  items.push({ label: '', kind: vscode.QuickPickItemKind.Separator });
  items.push({ label: `$(folder-opened) ${t('Browse…')}`, chosen: 'browse' });
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Score Transferability: target dataset'),
    placeHolder: t('Labelled data to rank the models for'),
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return chosen?.chosen;
}

interface PickedDataset extends vscode.QuickPickItem {
  chosen?: DatasetSummary | 'browse' | 'folder';
}

/** Says what to do (if there is something to say), then asks for a folder. */
export async function browse(
  cure: string | undefined,
  title: string,
): Promise<vscode.Uri | undefined> {
  if (cure !== undefined) {
    const button = vscode.l10n.t('Browse…');
    if ((await vscode.window.showInformationMessage(cure, button)) !== button) return undefined;
  }
  const chosen = await vscode.window.showOpenDialog({
    title,
    canSelectFolders: true,
    canSelectFiles: false,
    defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
  });
  return chosen?.[0];
}
