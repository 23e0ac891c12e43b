import * as vscode from 'vscode';
import { setContext } from './setContext.js';

/** Notifications that are no answer to a question and may come often. */
export type Hint = 'leftOut' | 'saved';

/** Key of those that the user does not want to see again, in all workspaces. */
const key = 'transferlens.hiddenHints';

/** Shows hints, each until it is told not to come again. */
export class Hints {
  constructor(private readonly memento: vscode.ExtensionContext['globalState']) {
    // Who knows something knows it on all machines.
    memento.setKeysForSync([key]);
    this.tellMenus();
  }

  /** Shows a hint with buttons; gives the one that was pressed, undefined where none was or the hint is hidden. */
  async show(hint: Hint, message: string, ...buttons: string[]): Promise<string | undefined> {
    if (this.hidden().includes(hint)) return undefined;
    const never = vscode.l10n.t("Don't Show Again");
    const chosen = await vscode.window.showInformationMessage(message, ...buttons, never);
    if (chosen !== never) return chosen;
    await this.memento.update(key, [...new Set([...this.hidden(), hint])]);
    this.tellMenus();
    return undefined;
  }

  /** From now on all hints come again. */
  async showAgain(): Promise<void> {
    await this.memento.update(key, undefined);
    this.tellMenus();
  }

  private hidden(): readonly string[] {
    return this.memento.get<string[]>(key, []);
  }

  private tellMenus(): void {
    setContext('hintsHidden', this.hidden().length > 0);
  }
}
