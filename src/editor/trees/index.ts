import * as vscode from 'vscode';
import type { DiscoveryService } from '../discoveryService.js';
import type { Runs } from '../runs.js';
import { DatasetsTree } from './datasetsTree.js';
import { ModelsTree } from './modelsTree.js';
import { RunsTree } from './runsTree.js';

/** The three trees of the activity bar. */
export function registerTrees(discovery: DiscoveryService, runs: Runs): vscode.Disposable {
  const show = <T>(id: string, tree: vscode.TreeDataProvider<T> & vscode.Disposable) => [
    tree,
    vscode.window.createTreeView(`transferlens.${id}`, {
      treeDataProvider: tree,
      canSelectMany: true,
      showCollapseAll: false,
    }),
  ];
  return vscode.Disposable.from(
    ...show('models', new ModelsTree(discovery, runs)),
    ...show('datasets', new DatasetsTree(discovery)),
    ...show('runs', new RunsTree(runs)),
  );
}
