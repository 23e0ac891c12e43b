import { cp } from 'node:fs/promises';
import * as vscode from 'vscode';

/** Key of the folder in which the walkthrough goes on: opening a folder closes what is open. */
const walkthroughKey = 'transferlens.walkthroughFolder';

/**
 * Opens the sample workspace: a copy that belongs to the user, so that the extension's own stays as shipped.
 * @param walkthrough whether the walkthrough asked, and goes on there
 */
export async function openSample(
  context: vscode.ExtensionContext,
  walkthrough: boolean,
): Promise<void> {
  const copy = vscode.Uri.joinPath(context.globalStorageUri, 'samples');
  await cp(vscode.Uri.joinPath(context.extensionUri, 'samples').fsPath, copy.fsPath, {
    recursive: true,
    force: false,
  });
  if (walkthrough) await context.globalState.update(walkthroughKey, copy.fsPath);
  const empty = vscode.workspace.workspaceFolders === undefined;
  await vscode.commands.executeCommand('vscode.openFolder', copy, { forceNewWindow: !empty });
}

/** Opens the walkthrough. */
export async function openWalkthrough(context: vscode.ExtensionContext): Promise<void> {
  await vscode.commands.executeCommand(
    'workbench.action.openWalkthrough',
    `${context.extension.id}#start`,
  );
}

/** Goes on with the walkthrough in the window that it has opened. */
export async function continueWalkthrough(context: vscode.ExtensionContext): Promise<void> {
  const folder = context.globalState.get(walkthroughKey);
  if (folder === undefined || vscode.workspace.workspaceFolders?.[0]?.uri.fsPath !== folder) return;
  await context.globalState.update(walkthroughKey, undefined);
  await openWalkthrough(context);
}
