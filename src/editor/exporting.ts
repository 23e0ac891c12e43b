import { basename } from 'node:path';
import * as vscode from 'vscode';

/**
 * Asks where to save something and writes it; says where it is, with a button that opens it.
 * @param name proposed, beside what the workspace holds
 */
export async function saveFile(name: string, content: Uint8Array): Promise<boolean> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const plain = basename(name).replace(/[^\p{L}\p{N}._ -]/gu, '_');
  const place = await vscode.window.showSaveDialog({
    defaultUri: folder && vscode.Uri.joinPath(folder.uri, plain),
    title: vscode.l10n.t('Save'),
  });
  if (!place) return false;
  await vscode.workspace.fs.writeFile(place, content);
  const open = vscode.l10n.t('Open');
  void vscode.window
    .showInformationMessage(vscode.l10n.t('Saved as {0}.', basename(place.fsPath)), open)
    .then(chosen => chosen === open && vscode.commands.executeCommand('vscode.open', place));
  return true;
}
