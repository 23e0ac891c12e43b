import { access, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import * as vscode from 'vscode';
import { detailOf, failure } from '../protocol/notice.js';

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

/**
 * States something of one model in the file of its own beside it; what else is stated there stays, but for keys that are given without
 * a value. Returns its path.
 */
export async function writeSidecar(
  model: string,
  stated: Record<string, string | undefined>,
): Promise<string> {
  const names = [basename(model, extname(model)), basename(model)];
  const files = names.map(name => join(dirname(model), `${name}.transferlens.json`));
  const there = await Promise.all(files.map(exists));
  const file = files[Math.max(0, there.indexOf(true))];
  let before: unknown = {};
  if (there.includes(true))
    try {
      before = JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
    } catch (error) {
      throw failure('metadata.notJson', { file, detail: detailOf(error) }, error);
    }
  if (typeof before !== 'object' || before === null || Array.isArray(before))
    throw failure('metadata.notObject', { file });
  await writeFile(file, `${JSON.stringify({ ...before, ...stated }, null, 2)}\n`);
  return file;
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
