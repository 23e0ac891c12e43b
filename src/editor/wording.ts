import * as vscode from 'vscode';
import { messages } from '../protocol/messages.js';
import type { Notice } from '../protocol/notice.js';

/** A notice in the user's language; a code of another version is shown as it was worded then. */
export function wordOf(
  notice: Pick<Notice, 'message'> & { code: string; params?: Notice['params'] },
): string {
  const template = (messages as Record<string, string>)[notice.code];
  return template === undefined ? notice.message : vscode.l10n.t(template, notice.params ?? {});
}

/** Text of files and names as Markdown that shows exactly that text. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+\-!|~>$:@]/g, '\\$&');
}
