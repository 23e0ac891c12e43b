import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { DatasetColumns } from '../protocol/datasetColumns.js';
import { answersTo, type ColumnChoice, type Question } from './datasetChoices.js';

/** Go by names and contents again, where something was chosen. */
export const byNames = 'names';

/** What is asked, and how. */
export interface ColumnQuestions {
  /** Only where nothing is taken: what names tell is not asked again. */
  open: readonly Question[];
  /** All there is to choose, with what is taken now. */
  all?: boolean;
  /** Names that the label is one of. */
  among?: readonly string[];
  /** Whether something was chosen before. */
  chosen?: boolean;
}

/**
 * Asks which columns or arrays of a dataset hold what.
 * @returns what was chosen, none where there was nothing to ask; undefined: dismissed
 */
export async function askColumns(
  dataset: string,
  found: DatasetColumns,
  { open, all = false, among, chosen = false }: ColumnQuestions,
): Promise<ColumnChoice[] | typeof byNames | undefined> {
  const answers: ColumnChoice[] = [];
  for (const question of open) {
    const label = answers.find(({ role }) => role === 'label')?.column.name;
    const offered = answersTo(question, found, label).filter(
      ({ column, role }) => role !== 'label' || !among || among.includes(column.name),
    );
    const taken = offered.find(({ column, role }) => found.taken[role] === column.name);
    const [only, ...more] = offered;
    // Of arrays both are stated, for names that tell only one of them do not tell which belong together.
    if (!all && found.kind === 'arrays' && taken) answers.push(taken);
    else if (found.kind === 'arrays' && only && more.length === 0) answers.push(only);
    else if (more.length > 0 || (question === 'label' && only)) {
      const answer = await ask(dataset, found, question, offered, chosen && question === 'label');
      if (answer === undefined || answer === byNames) return answer;
      answers.push(answer);
    }
  }
  return answers;
}

async function ask(
  dataset: string,
  { kind, taken }: DatasetColumns,
  question: Question,
  offered: readonly ColumnChoice[],
  chosen: boolean,
): Promise<ColumnChoice | typeof byNames | undefined> {
  const { t } = vscode.l10n;
  const items: (vscode.QuickPickItem & { answer?: ColumnChoice | typeof byNames })[] = offered.map(
    answer => {
      const { name, about, classes } = answer.column;
      const description = [
        ...(classes === undefined ? [] : [t('{0} classes', classes)]),
        ...(kind === 'columns' && answer.role === 'image' ? [t('images, or their paths')] : []),
        ...(answer.role === 'text' ? [t('texts')] : []),
        ...(about === '' ? [] : [about]),
        ...(taken[answer.role] === name ? [t('taken now')] : []),
      ].join(' · ');
      return { label: name, description, answer };
    },
  );
  if (chosen && kind !== 'labels')
    items.push(
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      { label: t('Tell by the names'), answer: byNames },
    );
  const picked = await vscode.window.showQuickPick(items, {
    title: titleOf(kind, basename(dataset)),
    placeHolder: wordingOf(kind, question),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return picked?.answer;
}

function titleOf(kind: DatasetColumns['kind'], name: string): string {
  const { t } = vscode.l10n;
  if (kind === 'arrays') return t('{0}: arrays', name);
  return kind === 'labels' ? t('{0}: labels', name) : t('{0}: columns', name);
}

function wordingOf(kind: DatasetColumns['kind'], question: Question): string {
  const { t } = vscode.l10n;
  if (kind === 'labels') return t('Which labels are the classes?');
  if (question === 'label')
    return kind === 'arrays' ? t('Which array holds the labels?') : t('Which column is the label?');
  return kind === 'arrays'
    ? t('Which array holds the samples?')
    : t('Which column holds the images or texts?');
}
