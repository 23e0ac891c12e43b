import { basename } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import {
  type DatasetOptions,
  datasetOptionsSchema,
  noOptions,
} from '../protocol/datasetOptions.js';
import type { Notice, Params } from '../protocol/notice.js';
import { choicesOf, type DatasetChoice, withChoice } from './datasetChoices.js';
import { askPixelRange, byValues } from './pixelRange.js';
import { setContext } from './setContext.js';

/** Key of what was chosen for datasets, kept for each workspace: options by path. */
const key = 'transferlens.datasetOptions';
const stored = z.record(z.string(), datasetOptionsSchema);

/** What a user chose where a dataset left a choice: asked once, remembered for that dataset. */
export class DatasetMemory {
  constructor(private readonly memento: vscode.Memento) {
    this.tellMenus();
  }

  optionsOf(dataset: string): DatasetOptions {
    return this.all()[dataset] ?? noOptions;
  }

  /**
   * Asks what a problem with a dataset leaves open, and remembers the answer.
   * False where there is nothing to ask, or no answer.
   */
  async ask(dataset: string, problem: Notice): Promise<boolean> {
    if (problem.code === 'dataset.notPixels') return this.askPixelRange(dataset, problem.params);
    const choices = choicesOf(problem);
    if (!choices) return false;
    const items = choices.map(choice => ({ ...shown(choice), choice }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('{0}: columns', basename(dataset)),
      placeHolder: questionOf(choices[0], problem),
      ignoreFocusOut: true,
    });
    if (!chosen) return false;
    await this.remember(dataset, withChoice(this.optionsOf(dataset), chosen.choice));
    return true;
  }

  /**
   * Asks which numbers of an array of images are black and white, and remembers the answer. False where there is none.
   * @param facts what a notice says of the range
   */
  async askPixelRange(dataset: string, facts: Params): Promise<boolean> {
    const { pixelRange, ...others } = this.optionsOf(dataset);
    const chosen = await askPixelRange(dataset, facts, pixelRange);
    if (!chosen) return false;
    await this.remember(dataset, chosen === byValues ? others : { ...others, pixelRange: chosen });
    return true;
  }

  /** Remembers that the folders in a folder are the classes, with all images below them. */
  async takeFoldersForClasses(dataset: string): Promise<void> {
    await this.remember(dataset, { ...this.optionsOf(dataset), classes: true });
  }

  /** Forgets all choices: the next run of a dataset asks again where it has to. */
  async forget(): Promise<void> {
    await this.memento.update(key, undefined);
    this.tellMenus();
  }

  private async remember(dataset: string, options: DatasetOptions): Promise<void> {
    await this.memento.update(key, { ...this.all(), [dataset]: options });
    this.tellMenus();
  }

  /** Whether there is anything to forget. */
  private tellMenus(): void {
    setContext('remembers', Object.keys(this.all()).length > 0);
  }

  private all(): Record<string, DatasetOptions> {
    const read = stored.safeParse(this.memento.get(key));
    return read.success ? read.data : {};
  }
}

function questionOf({ as, column }: DatasetChoice, { params }: Notice): string {
  const { t } = vscode.l10n;
  if (as === 'label') return t('Which column is the label?');
  if (as === 'image') return t('Which column holds the images or texts?');
  if (as === 'folders') return t('What are the folders {0}?', column);
  return t('"{0}" holds {1} different values. What are they?', column, params.n);
}

function shown({ as, column }: DatasetChoice): vscode.QuickPickItem {
  const { t } = vscode.l10n;
  switch (as) {
    case 'label':
      return { label: column };
    case 'image':
      return { label: column, description: t('images, or their paths') };
    case 'text':
      return { label: column, description: t('texts') };
    case 'numbers':
      return {
        label: t('Measured numbers'),
        description: t('scored by LogME and the ridge probe'),
      };
    case 'classes':
      return { label: t('Classes'), description: t('one for each different value') };
    case 'folders':
      return {
        label: t('Classes'),
        description: t('one for each folder, with all images below it'),
      };
  }
}
