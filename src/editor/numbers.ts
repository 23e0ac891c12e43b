import * as vscode from 'vscode';
import * as format from '../report/format.js';

/** A count as the language of the editor writes it, as in the panel. */
export function count(n: number): string {
  return format.count(n, vscode.env.language);
}

/** Bytes, likewise. */
export function bytes(n: number): string {
  return format.bytes(n, vscode.env.language);
}

/** A duration to one unit, likewise. */
export function duration(seconds: number): string {
  const { t } = vscode.l10n;
  if (seconds < 99.5) return t('{n} s', { n: count(Math.max(1, seconds)) });
  if (seconds < 99.5 * 60) return t('{n} min', { n: count(seconds / 60) });
  return t('{n} h', { n: count(seconds / 3600) });
}
