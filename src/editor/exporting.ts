import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { homedir } from 'node:os';
import { basename, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as vscode from 'vscode';
import { cellsOfFile, packJoints } from '../heatmap/index.js';
import type { Fits } from '../protocol/fits.js';
import type { Joint } from '../protocol/worker.js';
import { toHtml } from '../report/html.js';
import { type ReportForm, reportForms } from '../report/index.js';
import { savedFits } from '../report/savedFits.js';
import type { Report } from '../report/schema.js';
import { asSent } from '../report/sent.js';
import type { Hints } from './hints.js';
import { openFolder } from './wording.js';

/** What a report can be saved as: another form is a line here and one in `report/index.ts`. */
const forms: readonly { form: ReportForm | 'html'; extension: string; label: () => string }[] = [
  {
    form: 'json',
    extension: 'transfer.json',
    label: () => vscode.l10n.t('JSON, opens again as this panel'),
  },
  {
    form: 'html',
    extension: 'html',
    label: () => vscode.l10n.t('HTML, this panel as one file to send'),
  },
  { form: 'csv', extension: 'csv', label: () => vscode.l10n.t('CSV, for a spreadsheet') },
  { form: 'md', extension: 'md', label: () => vscode.l10n.t('Markdown, for a page or a ticket') },
];

/**
 * Asks for a form and a place, and writes the report there.
 * @param dist folder of the built files, of which the page is made
 */
export async function exportReport(
  report: Report,
  jointOf: (model: string) => Promise<Joint | null>,
  fitsOf: (model: string, samples: number) => Promise<Fits | null>,
  dist: vscode.Uri,
  hints: Hints,
): Promise<void> {
  const { t } = vscode.l10n;
  const items = forms.map(form => ({
    label: form.label(),
    description: `.${form.extension}`,
    form,
  }));
  // No placeholder: the editor repeats it as a hover over the title.
  const chosen = await vscode.window.showQuickPick(items, { title: t('Export Report as') });
  if (!chosen) return;
  const { form, extension } = chosen.form;
  // Only what opens again as the panel holds the matrices of its heatmaps.
  const packed =
    form === 'json' || form === 'html'
      ? await packJoints(modelsWithOutputs(report), jointOf, cellsOfFile[form])
      : [];
  // Only what opens again as the panel needs to find the files; the table keeps whole paths as data.
  const sender = { folder: openFolder(), home: homedir() + sep };
  const told = form === 'html' || form === 'md' ? asSent(report, sender) : report;
  const whole = packed.length > 0 ? { ...told, packedJoints: packed } : told;
  const text =
    form === 'html'
      ? await pageOf(whole, await savedFits(report, fitsOf), dist)
      : reportForms[form](whole);
  await saveFile(hints, `${report.dataset.name}.${extension}`, [text]);
}

/** Ids of the models that may have a matrix. */
function modelsWithOutputs({ models }: Report): string[] {
  return models.filter(m => m.status === 'scored' && m.sourceClasses).map(({ id }) => id);
}

/** The panel with a report in it, in the language of the editor. */
async function pageOf(report: Report, fits: readonly Fits[], dist: vscode.Uri): Promise<string> {
  const [script, ...styles] = await Promise.all(
    ['webview.js', 'standalone.css', 'webview.css'].map(async name =>
      new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(dist, name))),
    ),
  );
  return toHtml(report, fits, {
    script,
    styles,
    strings: vscode.l10n.bundle ?? {},
    locale: vscode.env.language,
    nonce: randomBytes(16).toString('base64'),
  });
}

/** A CSV file in pieces, with the mark by which spreadsheets tell UTF-8: without it they take names for another alphabet's. */
function* marked(pieces: Iterable<string>): Iterable<string> {
  yield '\ufeff';
  yield* pieces;
}

/**
 * Asks where to save something and writes it; says where it is, with a button that opens it.
 * @param name proposed, beside what the workspace holds
 * @param content bytes, or a text in pieces: on a disk they are written one by one, so that they are never together in memory
 */
export async function saveFile(
  hints: Hints,
  name: string,
  content: Uint8Array | Iterable<string>,
): Promise<boolean> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const plain = basename(name).replace(/[^\p{L}\p{N}._ -]/gu, '_');
  const place = await vscode.window.showSaveDialog({
    defaultUri: folder && vscode.Uri.joinPath(folder.uri, plain),
    title: vscode.l10n.t('Save'),
  });
  if (!place) return false;
  if (content instanceof Uint8Array) await vscode.workspace.fs.writeFile(place, content);
  else {
    const pieces = name.endsWith('.csv') ? marked(content) : content;
    if (place.scheme === 'file')
      await pipeline(Readable.from(pieces), createWriteStream(place.fsPath));
    else await vscode.workspace.fs.writeFile(place, new TextEncoder().encode([...pieces].join('')));
  }
  const open = vscode.l10n.t('Open');
  void hints
    .show('saved', vscode.l10n.t('Saved as {0}.', basename(place.fsPath)), open)
    .then(chosen => chosen === open && vscode.commands.executeCommand('vscode.open', place));
  return true;
}
