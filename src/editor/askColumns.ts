import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { DatasetColumns } from '../protocol/datasetColumns.js';
import { answersTo, type ColumnChoice, type Question } from './datasetChoices.js';

/** Go by names and contents again, where something was chosen. */
export const byNames = 'names';

/** What is in none of them: numbers in the other columns are the samples. */
const none = 'none';

/** What is asked, and how. */
export interface ColumnQuestions {
  questions: readonly Question[];
  /** What names tell is asked too, where it could be something else. */
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
  { questions, all = false, among, chosen = false }: ColumnQuestions,
): Promise<ColumnChoice[] | typeof byNames | undefined> {
  const answers: ColumnChoice[] = [];
  for (const question of questions) {
    const label = answers.find(({ role }) => role === 'label')?.column.name;
    const offered = answersTo(question, found, label).filter(
      ({ column, role }) => role !== 'label' || !among || among.includes(column.name),
    );
    if (offered.length === 0) continue;
    const taken = offered.find(({ column, role }) => found.taken[role] === column.name);
    const settled = taken ?? (offered.length === 1 ? offered[0] : undefined);
    // Of arrays both are stated, for names that tell only one of them do not tell which belong together.
    if (!all && found.kind === 'arrays' && settled) {
      answers.push(settled);
      continue;
    }
    const answer = await ask(dataset, found, question, offered, {
      names: chosen && question === 'label',
      none: all && question === 'samples' && !taken,
    });
    if (answer === undefined || answer === byNames) return answer;
    if (answer !== none) answers.push(answer);
  }
  return answers;
}

async function ask(
  dataset: string,
  { kind, taken }: DatasetColumns,
  question: Question,
  offered: readonly ColumnChoice[],
  more: { names: boolean; none: boolean },
): Promise<ColumnChoice | typeof byNames | typeof none | undefined> {
  const { t } = vscode.l10n;
  const items: (vscode.QuickPickItem & {
    answer?: ColumnChoice | typeof byNames | typeof none;
  })[] = offered.map(answer => {
    const { name, about, classes } = answer.column;
    const description = [
      ...(classes === undefined ? [] : [t('{0} classes', classes)]),
      ...(kind === 'columns' && answer.role === 'image' ? [t('images, or their paths')] : []),
      ...(answer.role === 'text' ? [t('texts')] : []),
      ...(taken[answer.role] === name ? [t('taken now')] : []),
      // Last: it may be long, and is cut off then.
      ...(about === '' ? [] : [about]),
    ].join(' · ');
    return { label: name, description, answer };
  });
  const separator = { label: '', kind: vscode.QuickPickItemKind.Separator };
  if (more.names && kind !== 'labels')
    items.push(separator, { label: t('Tell by the names'), answer: byNames });
  if (more.none && kind === 'columns')
    items.push(separator, {
      ...{ label: t('None of them'), description: t('columns of numbers'), answer: none },
    });
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
