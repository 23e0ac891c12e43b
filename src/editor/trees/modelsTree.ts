import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { formatName, hasOutputs } from '../../discovery/index.js';
import type { ModelSummary } from '../../protocol/found.js';
import { mayHoldPredictions } from '../chooseArrays.js';
import type { DiscoveryService } from '../discoveryService.js';
import { bytes } from '../numbers.js';
import type { Runs } from '../runs.js';
import { spoken, wordOf } from '../wording.js';
import { lastScores, type ModelScore } from './lastScore.js';

/** The workspace's source models: format and size, and how each scored last. */
export class ModelsTree implements vscode.TreeDataProvider<ModelSummary>, vscode.Disposable {
  readonly #discovery: DiscoveryService;
  readonly #runs: Runs;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #scores = new Map<string, ModelScore>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(discovery: DiscoveryService, runs: Runs) {
    this.#discovery = discovery;
    this.#runs = runs;
    const changed = () => this.#changed.fire();
    this.#subscriptions = [discovery.onDidChange(changed), runs.onDidFinish(changed)];
  }

  async getChildren(parent?: ModelSummary): Promise<ModelSummary[]> {
    if (parent) return [];
    const runs = await this.#runs.history();
    // A run in flight ranks nothing yet.
    const ended = runs.filter(({ status }) => status !== 'running');
    this.#scores = lastScores(ended.flatMap(({ report }) => report ?? []));
    return [...this.#discovery.current.models];
  }

  getTreeItem(model: ModelSummary): vscode.TreeItem {
    const score = this.#scores.get(model.path) ?? null;
    const item = new vscode.TreeItem(model.name);
    const folder = vscode.workspace.asRelativePath(dirname(model.path));
    const namesakes = this.#discovery.current.models.filter(({ name }) => name === model.name);
    item.id = model.path;
    item.resourceUri = vscode.Uri.file(model.path);
    item.iconPath = new vscode.ThemeIcon(score?.leads ? 'star-full' : 'circuit-board');
    item.description = [
      ...(namesakes.length > 1 ? [folder] : []),
      ...(score ? [said(score)] : []),
      vscode.l10n.t(formatName(model.format)),
      bytes(model.bytes),
      ...(score?.classes ? [vscode.l10n.t('{0} classes', score.classes)] : []),
    ].join(' · ');
    item.tooltip = tooltip(model, folder, vscode.l10n.t(formatName(model.format)), score);
    item.contextValue = hasOutputs(model.format)
      ? 'modelWithOutputs'
      : mayHoldPredictions(model.path) && model.format === 'predictions'
        ? 'modelOfArrays'
        : 'model';
    item.accessibilityInformation = {
      // The star says it to the eye alone.
      label: spoken(model.name, ...(score?.leads ? [leads(score)] : []), item.description),
    };
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

/** The number first: a narrow list cuts off what comes last. */
function said({ measure, value, failed }: ModelScore): string {
  return failed ? vscode.l10n.t('failed') : `${value} ${vscode.l10n.t(measure)}`;
}

function leads({ dataset }: ModelScore): string {
  return vscode.l10n.t('leads on {0}', dataset);
}

function tooltip(
  model: ModelSummary,
  folder: string,
  format: string,
  score: ModelScore | null,
): string {
  const { t } = vscode.l10n;
  return [
    model.name,
    `${format}, ${bytes(model.bytes)}`,
    ...(score?.classes ? [t('{0} source classes', score.classes)] : []),
    ...(score
      ? [
          score.failed
            ? wordOf(score.failed)
            : t('{0} {1} on {2}', t(score.measure), score.value, score.dataset),
          ...(score.leads ? [leads(score)] : []),
        ]
      : []),
    folder,
  ].join('\n');
}
