import * as vscode from 'vscode';

/** Tells menus something: the context key `transferlens.<key>`. */
export function setContext(key: string, value: unknown): void {
  void vscode.commands.executeCommand('setContext', `transferlens.${key}`, value);
}
