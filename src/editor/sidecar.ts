import { access, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import * as vscode from 'vscode';

/** Opens the file that corrects a model's preprocessing; VS Code completes its keys by the project's schema. */
export async function editSidecar(model: string): Promise<void> {
  const own = join(dirname(model), `${basename(model, extname(model))}.transferlens.json`);
  const shared = join(dirname(model), 'transferlens.json');
  const present = (await exists(own)) ? own : (await exists(shared)) ? shared : null;
  // `wx`: a file that appeared meanwhile is opened, not emptied.
  if (!present) await writeFile(own, '{\n  \n}\n', { flag: 'wx' }).catch(ignoreExisting);
  const editor = await vscode.window.showTextDocument(vscode.Uri.file(present ?? own));
  if (!present) {
    const inside = new vscode.Position(1, 2);
    editor.selection = new vscode.Selection(inside, inside);
    await vscode.commands.executeCommand('editor.action.triggerSuggest');
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
