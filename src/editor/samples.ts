import { cp } from 'node:fs/promises';
import * as vscode from 'vscode';

/** Opens the sample workspace: a copy that belongs to the user, so that the extension's own stays as shipped. */
export async function openSample(extension: vscode.Uri, storage: vscode.Uri): Promise<void> {
  const copy = vscode.Uri.joinPath(storage, 'samples');
  await cp(vscode.Uri.joinPath(extension, 'samples').fsPath, copy.fsPath, {
    recursive: true,
    force: false,
  });
  const empty = vscode.workspace.workspaceFolders === undefined;
  await vscode.commands.executeCommand('vscode.openFolder', copy, { forceNewWindow: !empty });
}
