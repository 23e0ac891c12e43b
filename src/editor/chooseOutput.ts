import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ModelOutput } from '../protocol/inference.js';
import { offerAgain } from './notifications.js';
import type { Runs } from './runs.js';
import { writeSidecar } from './sidecar.js';
import type { WorkerClient } from './workerClient.js';

/** Asks which output of a model holds the scores of its source classes, and states it in the model's sidecar. */
export async function chooseOutput(worker: WorkerClient, runs: Runs, model: string): Promise<void> {
  const { t } = vscode.l10n;
  const { outputs, taken } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t('Reading the outputs of the model') },
    () => worker.outputs(model),
  );
  const usable = outputs.filter(({ role }) => role !== 'other');
  if (usable.length < 2) {
    void vscode.window.showInformationMessage(
      t('{0}: there is only one output to take scores from.', basename(model)),
    );
    return;
  }
  const chosen = await vscode.window.showQuickPick(
    usable.map(output => ({
      label: output.name,
      description: output.shape,
      detail: [roleOf(output), ...(output.name === taken ? [t('taken now')] : [])].join(' · '),
      picked: output.name === taken,
    })),
    {
      title: t('Output with the scores of the source classes'),
      placeHolder: t('It is written to the sidecar beside the model'),
      matchOnDescription: true,
    },
  );
  if (!chosen) return;
  const file = await writeSidecar(model, { output: chosen.label });
  await offerAgain(
    runs,
    t('{0}: "output" is "{1}" now.', basename(file), chosen.label),
    runs.request?.models.includes(model) ?? false,
  );
}

function roleOf({ role }: ModelOutput): string {
  return role === 'features'
    ? vscode.l10n.t('features, by its name')
    : vscode.l10n.t('a value for each class');
}
