import { basename } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { DatasetColumns } from '../protocol/datasetColumns.js';
import {
  type DatasetOptions,
  datasetOptionsSchema,
  noOptions,
} from '../protocol/datasetOptions.js';
import type { Notice, Params } from '../protocol/notice.js';
import { askColumns, byNames, type ColumnQuestions } from './askColumns.js';
import {
  choicesOf,
  type DatasetChoice,
  openColumns,
  withChoice,
  withColumns,
} from './datasetChoices.js';
import { askPixelRange, byValues } from './pixelRange.js';
import { resourcePath, setContext } from './setContext.js';

/** Key of what was chosen for datasets, kept for each workspace: options by path. */
const key = 'transferlens.datasetOptions';
const stored = z.record(z.string(), datasetOptionsSchema);

/** What a user chose where a dataset left a choice: asked once, remembered for that dataset. */
export class DatasetMemory {
  /** @param columns reads what a dataset is made of, in the background process */
  constructor(
    private readonly memento: vscode.Memento,
    private readonly columns: (
      dataset: string,
      options: DatasetOptions,
    ) => Promise<DatasetColumns | null>,
  ) {
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
    const open = openColumns(problem);
    // What cannot be read to ask about it has its problem shown as it is.
    if (open) return (await this.askThose(dataset, open).catch(() => 'nothing')) === 'chosen';
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

  /** Asks which columns or arrays hold the labels and the samples, whatever is taken now, and remembers the answer. */
  async askColumns(dataset: string): Promise<'chosen' | 'nothing' | 'dismissed'> {
    const chosen = Object.keys(this.optionsOf(dataset).columns).length > 0;
    return this.askThose(dataset, { questions: ['label', 'samples'], all: true, chosen });
  }

  private async askThose(
    dataset: string,
    questions: ColumnQuestions,
  ): Promise<'chosen' | 'nothing' | 'dismissed'> {
    const before = this.optionsOf(dataset);
    const found = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Reading what is in the dataset'),
      },
      () => this.columns(dataset, before),
    );
    const answers = found && (await askColumns(dataset, found, questions));
    if (answers === undefined) return 'dismissed';
    if (answers === null || answers.length === 0) return 'nothing';
    await this.remember(
      dataset,
      answers === byNames ? { ...before, ...noOptions } : withColumns(before, answers),
    );
    return 'chosen';
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

  /** Whether there is anything to forget, and of which files other columns can be chosen. */
  private tellMenus(): void {
    const all = Object.entries(this.all());
    setContext('remembers', all.length > 0);
    const chosen = all.filter(([, { columns }]) => Object.keys(columns).length > 0);
    setContext(
      'chosen',
      chosen.map(([path]) => resourcePath(path)),
    );
  }

  private all(): Record<string, DatasetOptions> {
    const read = stored.safeParse(this.memento.get(key));
    return read.success ? read.data : {};
  }
}

function questionOf({ as, column }: DatasetChoice, { params }: Notice): string {
  const { t } = vscode.l10n;
  if (as === 'folders') return t('What are the folders {0}?', column);
  return t('"{0}" holds {1} different values. What are they?', column, params.n);
}

function shown({ as }: DatasetChoice): vscode.QuickPickItem {
  const { t } = vscode.l10n;
  switch (as) {
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
