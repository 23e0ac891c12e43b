import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { DatasetMemory } from './datasetMemory.js';
import { offerAgain } from './notifications.js';
import type { Runs } from './runs.js';

/** Asks which columns or arrays of a dataset hold what, and remembers it for that dataset. */
export async function chooseColumns(
  memory: DatasetMemory,
  runs: Runs,
  dataset: string,
): Promise<void> {
  const { t } = vscode.l10n;
  const name = basename(dataset);
  const answer = await memory.askColumns(dataset);
  if (answer === 'nothing')
    void vscode.window.showInformationMessage(t('{0}: there is nothing to choose.', name));
  if (answer !== 'chosen') return;
  const { label, image, text } = memory.optionsOf(dataset).columns;
  const samples = image ?? text;
  const said =
    label === undefined
      ? t('{0}: what is what is told by the names again.', name)
      : samples === undefined
        ? t('{0}: the label is "{1}" now.', name, label)
        : t('{0}: the label is "{1}" now, the samples are "{2}".', name, label, samples);
  await offerAgain(runs, said, runs.request?.dataset === dataset);
}
