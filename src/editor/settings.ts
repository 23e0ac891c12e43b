import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { type ScoreJob, scoreJobSchema } from '../protocol/job.js';

const section = 'transferlens';

/** What a run takes from the settings. */
export type RunSettings = Pick<
  ScoreJob,
  'intent' | 'measures' | 'split' | 'maxSamples' | 'seed' | 'threads' | 'cacheLimit'
>;

/** The settings as a job wants them; a value that makes no sense counts as its default. */
export function runSettings(): RunSettings {
  const settings = vscode.workspace.getConfiguration(section);
  const intent = scoreJobSchema.shape.intent.safeParse(settings.get('intent'));
  const split = scoreJobSchema.shape.split.safeParse(settings.get('split'));
  const gigabytes = settings.get('cacheLimit', 10);
  return {
    intent: intent.data ?? 'fineTune',
    measures: measuresOf(settings.get<unknown>('measures')),
    split: split.data ?? 'auto',
    maxSamples: maxSamples(settings.get<unknown>('maxSamples')),
    seed: wholeNumber(settings.get('seed', 0)),
    threads: wholeNumber(settings.get('threads', 0)),
    cacheLimit: (gigabytes > 0 ? gigabytes : 10) * 1e9,
  };
}

/** Globs of folders and files that discovery skips, below `folder`. */
export function excludes(folder: string): string[] {
  const settings = vscode.workspace.getConfiguration(section, vscode.Uri.file(folder));
  const globs = settings.get<unknown>('exclude');
  return Array.isArray(globs) ? globs.filter(g => typeof g === 'string') : [];
}

/** The Node that runs the background process, where the user named one that exists. */
export function nodePath(): string | undefined {
  const path = vscode.workspace.getConfiguration(section).get('nodePath', '').trim();
  if (path === '') return undefined;
  if (existsSync(path)) return path;
  if (path !== missing) void sayMissing(path);
  missing = path;
  return undefined;
}

/** The path that was said to be missing last: the process is started many times in an hour. */
let missing = '';

async function sayMissing(path: string): Promise<void> {
  const open = vscode.l10n.t('Open Settings');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      '{0}: there is no such file. The editor\'s own Node is used; correct or clear the setting "transferlens.nodePath".',
      path,
    ),
    open,
  );
  if (chosen === open)
    await vscode.commands.executeCommand('workbench.action.openSettings', 'transferlens.nodePath');
}

/** Calls when a setting changes that the background process is started with. */
export function onDidChangeProcess(changed: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(e => {
    const settings = ['nodePath', 'tfjsNode'].map(name => `${section}.${name}`);
    if (settings.some(setting => e.affectsConfiguration(setting))) changed();
  });
}

/** Folders in which @tensorflow/tfjs-node may be: the one that the user named, then those of the workspace. */
export function tfjsNodeFolders(): string[] {
  const named = vscode.workspace.getConfiguration(section).get('tfjsNode', '').trim();
  const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
  const local = folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
  return named === '' ? local : [named, ...local];
}

/** Ids of measures; none stands for the default ones. One that does not exist is told by the run, with those that do. */
function measuresOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(id => typeof id === 'string') : [];
}

function maxSamples(value: unknown): ScoreJob['maxSamples'] {
  if (value === 'all') return 'all';
  const n = Number(value);
  return Number.isInteger(n) && n > 0 ? n : 'auto';
}

function wholeNumber(value: number): number {
  return Number.isInteger(value) && value > 0 ? value : 0;
}
