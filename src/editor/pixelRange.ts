import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type PixelRange, parsePixelRange } from '../protocol/datasetOptions.js';
import type { Params } from '../protocol/notice.js';
import { rangesOffered } from './datasetChoices.js';

/** Asks to go by the values again, where a range was chosen. */
export const byValues = 'values';

/** A number with a minus sign, not a hyphen. */
function signed(x: number): string {
  return String(x).replace('-', '−');
}

/**
 * Asks which numbers of an array of images are black and white.
 * @param dataset its path
 * @param facts what was said of the array: `low` and `high`, and `black` and `white` as they are taken
 * @param chosen what was chosen before
 * @returns undefined: dismissed
 */
export async function askPixelRange(
  dataset: string,
  facts: Params,
  chosen: PixelRange | undefined,
): Promise<PixelRange | typeof byValues | undefined> {
  const { t } = vscode.l10n;
  const title = t('{0}: black and white', basename(dataset));
  const [black, white] = chosen ?? [facts.black, facts.white];
  const about = ([b, w]: PixelRange) => [
    ...(b === black && w === white ? [t('taken now')] : []),
    ...(b === facts.low && w === facts.high ? [t('its least and largest value')] : []),
  ];
  const items: (vscode.QuickPickItem & { range?: PixelRange | typeof byValues })[] = rangesOffered(
    facts,
    chosen,
  ).map(range => ({
    label: t('{0} is black, {1} is white', ...range.map(signed)),
    description: about(range).join(' · '),
    range,
  }));
  items.push({ label: '', kind: vscode.QuickPickItemKind.Separator });
  if (chosen) items.push({ label: t('Tell by the values'), range: byValues });
  items.push({ label: t('Other values…') });
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t('Which numbers are black and white?'),
    ignoreFocusOut: true,
  });
  if (!picked || picked.range) return picked?.range;
  const typed = await vscode.window.showInputBox({
    title,
    prompt: t('The number that is black, a colon, and the one that is white'),
    value: black === undefined ? '' : `${black}:${white}`,
    placeHolder: '0:255',
    ignoreFocusOut: true,
    validateInput: text =>
      parsePixelRange(text) ? null : t('Two different numbers with a colon between them: 0:16'),
  });
  return typed === undefined ? undefined : (parsePixelRange(typed) ?? undefined);
}
