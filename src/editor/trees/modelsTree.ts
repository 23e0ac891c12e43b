import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { formatName } from '../../discovery/index.js';
import type { ModelSummary } from '../../protocol/found.js';
import { bytes } from '../../report/format.js';
import type { DiscoveryService } from '../discoveryService.js';
import type { Runs } from '../runs.js';
import { shortName } from '../statusText.js';
import { type ModelScore, scoreOf } from './lastScore.js';

/** The workspace's source models: format and size, and how each scored in the run that is shown. */
export class ModelsTree implements vscode.TreeDataProvider<ModelSummary>, vscode.Disposable {
  readonly #discovery: DiscoveryService;
  readonly #runs: Runs;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(discovery: DiscoveryService, runs: Runs) {
    this.#discovery = discovery;
    this.#runs = runs;
    const changed = () => this.#changed.fire();
    this.#subscriptions = [discovery.onDidChange(changed), runs.onDidFinish(changed)];
  }

  getChildren(parent?: ModelSummary): ModelSummary[] {
    return parent ? [] : [...this.#discovery.current.models];
  }

  getTreeItem(model: ModelSummary): vscode.TreeItem {
    const score = scoreOf(this.#runs.state().report, model.path);
    const item = new vscode.TreeItem(model.name);
    item.id = model.path;
    item.resourceUri = vscode.Uri.file(model.path);
    item.iconPath = new vscode.ThemeIcon(score?.leads ? 'star-full' : 'symbol-class');
    item.description = [
      ...(score ? [said(score)] : []),
      formatName(model.format),
      bytes(model.bytes),
    ].join(' · ');
    item.tooltip = tooltip(model, formatName(model.format), score);
    item.contextValue = 'model';
    item.accessibilityInformation = { label: `${model.name}, ${item.description}` };
    if (score)
      item.command = {
        command: 'transferlens.openPanel',
        title: vscode.l10n.t('Open Comparison Panel'),
      };
    return item;
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions, this.#changed).dispose();
  }
}

function said({ id, value, failed }: ModelScore): string {
  return failed ? vscode.l10n.t('failed') : `${shortName(id)} ${value}`;
}

function tooltip(model: ModelSummary, format: string, score: ModelScore | null): string {
  const { t } = vscode.l10n;
  return [
    model.name,
    `${format}, ${bytes(model.bytes)}`,
    ...(score?.classes ? [t('{0} source classes', score.classes)] : []),
    ...(score
      ? [score.failed ?? t('{0} {1} on {2}', score.measure, score.value, score.dataset)]
      : []),
    vscode.workspace.asRelativePath(dirname(model.path)),
  ].join('\n');
}
