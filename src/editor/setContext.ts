import * as vscode from 'vscode';

/** Tells menus something: the context key `transferlens.<key>`. */
export function setContext(key: string, value: unknown): void {
  void vscode.commands.executeCommand('setContext', `transferlens.${key}`, value);
}

/** A path as the menus' `resourcePath` has it: a remote window speaks of URIs, whatever system it runs on. */
export function resourcePath(path: string): string {
  const uri = vscode.Uri.file(path);
  return vscode.env.remoteName === undefined ? uri.fsPath : uri.path;
}
