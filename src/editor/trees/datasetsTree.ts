import * as vscode from 'vscode';
import { layoutName } from '../../discovery/index.js';
import type { DatasetSummary } from '../../protocol/found.js';
import type { DiscoveryService } from '../discoveryService.js';
import { count } from '../numbers.js';
import { contentIcons, spoken } from '../wording.js';

/** Layouts whose images are arrays of numbers, of which the values tell what is black and white. */
const ofArrays = new Set(['numpy', 'idx', 'hdf5']);
/** Layouts of columns or arrays, of which names tell what they hold. */
const ofColumns = new Set(['numpy', 'hdf5', 'table', 'parquet', 'webDataset']);

/** The workspace's labelled datasets: layout, samples, classes. */
export class DatasetsTree implements vscode.TreeDataProvider<DatasetSummary>, vscode.Disposable {
  readonly #discovery: DiscoveryService;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(discovery: DiscoveryService) {
    this.#discovery = discovery;
    this.#subscription = discovery.onDidChange(() => this.#changed.fire());
  }

  getChildren(parent?: DatasetSummary): DatasetSummary[] {
    return parent ? [] : [...this.#discovery.current.datasets];
  }

  getTreeItem(dataset: DatasetSummary): vscode.TreeItem {
    const { t } = vscode.l10n;
    const { size, classes, splits, content, layout } = dataset;
    const item = new vscode.TreeItem(dataset.name);
    const place = vscode.workspace.asRelativePath(dataset.path);
    const namesakes = this.#discovery.current.datasets.filter(d => d.name === dataset.name);
    item.id = dataset.path;
    item.resourceUri = vscode.Uri.file(dataset.path);
    item.iconPath = new vscode.ThemeIcon(contentIcons[content]);
    item.description = [
      ...(namesakes.length > 1 ? [place] : []),
      ...(size === null ? [] : [t('{0} samples', count(size))]),
      ...(classes === null ? [] : [t('{0} classes', classes)]),
      t(layoutName(layout)),
    ].join(' · ');
    const parts = Object.entries(splits).map(([split, n]) => `${split} ${count(n)}`);
    item.tooltip = [
      dataset.name,
      item.description,
      ...(parts.length > 0 ? [parts.join(', ')] : []),
      place,
    ].join('\n');
    // CIFAR-100 has two kinds of labels, so that nobody knows how many classes.
    const hasColumns = ofColumns.has(layout) || (layout === 'cifar' && classes === null);
    item.contextValue = [
      'dataset',
      ...(content === 'image' && ofArrays.has(layout) ? ['pixels'] : []),
      ...(hasColumns ? ['columns'] : []),
    ].join(' ');
    item.accessibilityInformation = { label: spoken(dataset.name, item.description) };
    return item;
  }

  dispose(): void {
    vscode.Disposable.from(this.#subscription, this.#changed).dispose();
  }
}
