import { sep } from 'node:path';
import * as vscode from 'vscode';
import { messages } from '../protocol/messages.js';
import { fill, type Notice, translatedParams } from '../protocol/notice.js';

/** A notice in the user's language; a code of another version is shown as it was worded then. */
export function wordOf(
  notice: Pick<Notice, 'message'> & { code: string; params?: Notice['params'] },
): string {
  const template = (messages as Record<string, string>)[notice.code];
  if (template === undefined) return notice.message;
  const params = translatedParams(notice.params ?? {}, word => vscode.l10n.t(word));
  const text = fill(vscode.l10n.t(template), params);
  const folder = openFolder();
  return folder === undefined ? text : text.replaceAll(folder, '');
}

/** The folder that is open, with a separator at its end; undefined where there are several or none. */
export function openFolder(): string | undefined {
  const [only, ...more] = vscode.workspace.workspaceFolders ?? [];
  return only && more.length === 0 ? only.uri.fsPath + sep : undefined;
}

/** The parts of a line with commas between them: a screen reader would read the dots that stand there for the eye. */
export function spoken(...parts: string[]): string {
  return parts.join(' · ').replaceAll(' · ', ', ');
}

/** Icons of what datasets hold. */
export const contentIcons = {
  image: 'file-media',
  text: 'symbol-string',
  numbers: 'table',
  row: 'database',
};

/** Text of files and names as Markdown that shows exactly that text. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+\-!|~>$:@]/g, '\\$&');
}
