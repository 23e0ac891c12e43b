import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { DatasetMemory } from './datasetMemory.js';
import { offerAgain } from './notifications.js';
import type { Runs } from './runs.js';

/** Asks which numbers of a dataset's arrays are black and white, and remembers it for that dataset. */
export async function choosePixelRange(
  memory: DatasetMemory,
  runs: Runs,
  dataset: string,
): Promise<void> {
  const { t } = vscode.l10n;
  const shown = runs.request?.dataset === dataset ? runs.state().report : null;
  const said = shown?.warnings.find(({ code }) => code === 'dataset.pixelRange');
  if (!(await memory.askPixelRange(dataset, said?.params ?? {}))) return;
  const range = memory.optionsOf(dataset).pixelRange;
  const name = basename(dataset);
  await offerAgain(
    runs,
    range
      ? t('{0}: {1} is black and {2} is white now.', name, ...range)
      : t('{0}: black and white are told by the values again.', name),
    shown !== null,
  );
}
