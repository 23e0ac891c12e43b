import * as vscode from 'vscode';
import { messages } from '../protocol/messages.js';
import type { Notice } from '../protocol/notice.js';

/** A notice in the user's language; a code of another version is shown as it was worded then. */
export function wordOf(
  notice: Pick<Notice, 'message'> & { code: string; params?: Notice['params'] },
): string {
  const template = (messages as Record<string, string>)[notice.code];
  if (template === undefined) return notice.message;
  const params = { ...notice.params };
  // These may be words of ours, such as "images".
  for (const key of ['given', 'wanted'])
    if (typeof params[key] === 'string') params[key] = vscode.l10n.t(params[key]);
  return vscode.l10n.t(template, params);
}

/** Icons of what datasets hold. */
export const contentIcons = {
  image: 'file-media',
  text: 'symbol-string',
  numbers: 'table',
  row: 'database',
};

/** A whole number with its thousands marked as the user's language does. */
export function count(n: number): string {
  return Math.round(n).toLocaleString(vscode.env.language);
}

/** Text of files and names as Markdown that shows exactly that text. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+\-!|~>$:@]/g, '\\$&');
}
