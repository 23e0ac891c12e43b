import { stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import * as vscode from 'vscode';

/**
 * Tells when a model (its file, its sidecars, external data beside it) or anything in the dataset changes.
 * @param since events about files that have not changed after this time (milliseconds) come late and are ignored
 * @param changed gets the path of the model or of the dataset, as given here
 */
export function watchPaths(
  models: readonly string[],
  dataset: string,
  since: number,
  changed: (path: string) => void,
): vscode.Disposable {
  const watch = (path: string, folder: string, glob: string) => {
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(folder), glob),
    );
    const check = async (uri: vscode.Uri) => {
      if ((await changedSince([uri.fsPath], since)).length > 0) changed(path);
    };
    watcher.onDidChange(check);
    watcher.onDidCreate(check);
    watcher.onDidDelete(check);
    return watcher;
  };
  return vscode.Disposable.from(
    watch(dataset, dataset, '**'),
    ...models.map(model => watch(model, dirname(model), besides(basename(model)))),
  );
}

/** Those of the files that were changed after `time` (milliseconds) or are gone. */
export async function changedSince(files: readonly string[], time: number): Promise<string[]> {
  const changed = await Promise.all(
    files.map(file =>
      stat(file).then(
        // A copy may keep an old modification time; its change time is new.
        s => Math.max(s.mtimeMs, s.ctimeMs) > time,
        () => true,
      ),
    ),
  );
  return files.filter((_, i) => changed[i]);
}

/** Glob of what decides a model's outputs in its own folder: weights and the files that say how to preprocess. */
function besides(name: string): string {
  const literal = (text: string) => text.replace(/[*?[\]{},!]/g, '?');
  const names = [
    literal(name),
    `${literal(name)}.data`,
    `${literal(basename(name, extname(name)))}.*`,
    'transferlens.json',
    'preprocessor_config.json',
    'config.json',
  ];
  return `{${names.join(',')}}`;
}
