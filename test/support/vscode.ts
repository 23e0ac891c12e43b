import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../../scripts/lib/root.js';
import { copySamples } from '../../scripts/lib/samples.js';
import { startVSCode, type VSCode, type VSCodeOptions } from '../../scripts/lib/vscode.js';
import { launchBrowser } from './browser.js';

/** The extension as VS Code names it. */
export const extensionId = 'transferlens.transferlens';

/** The four kinds of theme, by the class of VS Code's window. */
export const themes = {
  dark: { colorScheme: 'dark', forcedColors: 'none', window: 'vs-dark', page: 'vscode-dark' },
  light: { colorScheme: 'light', forcedColors: 'none', window: 'vs', page: 'vscode-light' },
  highContrastDark: {
    colorScheme: 'dark',
    forcedColors: 'active',
    window: 'hc-black',
    page: 'vscode-high-contrast',
  },
  highContrastLight: {
    colorScheme: 'light',
    forcedColors: 'active',
    window: 'hc-light',
    page: 'vscode-high-contrast-light',
  },
} as const;
export type Theme = keyof typeof themes;

export interface WorkbenchOptions extends Partial<Omit<VSCodeOptions, 'workspace'>> {
  /** Folder to open; otherwise a fresh copy of the samples, in out/e2e/samples. */
  workspace?: string;
}

/** Those that are open. */
const opened = new Set<Workbench>();
let over = false;
// Where mocha's time for opening one was over nobody closes it, and it would keep mocha itself from ending. A script has no such hook.
(globalThis as { after?: Mocha.HookFunction }).after?.(async () => {
  over = true;
  await Promise.all([...opened].map(one => one.close()));
});

/** A page with VS Code in it, on this project's extension; `close` ends both. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const workspace = options.workspace ?? (await copySamples('e2e/samples', true));
  const code = await startVSCode({ extension: root, ...options, workspace });
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser();
    const workbench = new Workbench(await openWindow(browser, code), browser, code, workspace);
    if (over) throw new Error('VS Code was open when all tests were over');
    opened.add(workbench);
    return workbench;
  } catch (error) {
    await browser?.close();
    await code.stop();
    throw error;
  }
}

/** A page with the workspace open, apart from all others as another person's browser would be. */
async function openWindow(browser: Browser, code: VSCode): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: 'dark',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(code.url);
  await page.locator('.monaco-workbench').waitFor();
  return page;
}

/** What a person does in VS Code, in the terms of its pages' elements. */
export class Workbench {
  constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly code: VSCode,
    /** The folder that is open. */
    readonly workspace: string,
  ) {}

  /** Folder that holds all that this VS Code writes; its extension's processes have it in their command lines. */
  get base(): string {
    return this.code.base;
  }

  async close(): Promise<void> {
    opened.delete(this);
    await this.browser.close();
    await this.code.stop();
  }

  /** A second window on the same folder of the same VS Code; it ends with this one. */
  async openAnother(): Promise<Workbench> {
    const page = await openWindow(this.browser, this.code);
    return new Workbench(page, this.browser, this.code, this.workspace);
  }

  /** Reloads the window and waits until it is up again. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator('.monaco-workbench').waitFor();
  }

  /** An entry of the Explorer, by the start of its name. */
  explorerEntry(name: string): Locator {
    return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`);
  }

  /** Chooses an item of the Explorer entry's context menu, by its title. */
  async chooseFromExplorerMenu(entry: string, title: string): Promise<void> {
    await this.chooseFromMenu(this.explorerEntry(entry).first(), title);
  }

  /** Chooses an item of the context menu of an entry in the list of datasets, by its title. */
  async chooseFromDatasetMenu(entry: RegExp, title: string): Promise<void> {
    await this.runCommand('transferlens.datasets.focus', 'Focus on Target Datasets View');
    const datasets = this.page.getByRole('tree', { name: 'Target Datasets' });
    await this.chooseFromMenu(datasets.getByRole('treeitem', { name: entry }).first(), title);
  }

  /**
   * Chooses an item of a context menu, by its title.
   * @param select what to do each time before the menu is opened
   */
  async chooseFromMenu(entry: Locator, title: string, select?: () => Promise<void>): Promise<void> {
    await this.clickWhenOffered(
      this.page.locator('.monaco-menu .action-item', { hasText: title }).first(),
      async () => {
        await select?.();
        await entry.click({ button: 'right' });
      },
    );
  }

  /** Runs a command from the palette: its title finds it, its id decides (titles are translated). */
  async runCommand(id: string, title: string): Promise<void> {
    await this.clickWhenOffered(
      this.page.locator(`.quick-input-list .monaco-list-row:has([data-quick-input-id="${id}"])`),
      async () => {
        await this.page.keyboard.press('F1');
        const input = this.page.locator('.quick-input-widget .quick-input-filter input');
        // What is still opening may take the focus, and the palette closes: the next attempt opens it again.
        await input.fill(`>${title}`, { timeout: 5000 });
      },
    );
  }

  /**
   * Opens a menu until it offers the item and takes the click: it shows what was known of the extension when it was
   * opened, and it ignores a button that is released in its first 100 ms, which no hand would do.
   */
  private async clickWhenOffered(item: Locator, open: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await open();
        await item.waitFor({ timeout: 2000 });
        await item.click({ delay: 200 });
        return await item.waitFor({ state: 'hidden', timeout: 2000 });
      } catch (error) {
        if (attempt === 20) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** An entry of the quick pick that is open, by a text in it. */
  quickPick(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  /** A status bar item of the extension, by the id that it was made with. */
  statusItem(id: string): Locator {
    return this.page.locator(`[id="${extensionId}.${id}"]`);
  }

  /** A notification, by a text in it. */
  notification(text: string): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  /** An editor's tab, by its title. */
  tab(title: string): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: title });
  }

  async closeTab(title: string): Promise<void> {
    await this.tab(title).hover();
    await this.tab(title).locator('.tab-actions a.action-label').click();
  }

  /** The page inside the extension's panel. */
  panel(): FrameLocator {
    return this.page
      .frameLocator(`iframe.webview.ready[src*="extensionId=${extensionId}"]`)
      .frameLocator('#active-frame');
  }

  /** Switches the theme without a reload and waits until VS Code shows it. */
  async setTheme(theme: Theme): Promise<void> {
    const { colorScheme, forcedColors, window } = themes[theme];
    await this.page.emulateMedia({ colorScheme, forcedColors });
    await this.page.locator(`.monaco-workbench.${window}`).waitFor();
  }

  /** Waits until the panel's page follows the theme. */
  async panelShows(theme: Theme): Promise<void> {
    const kind = themes[theme].page;
    await this.panel().locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
  }

  /** Keeps a picture in out/screenshots/e2e, for someone to look at. */
  async screenshot(name: string): Promise<void> {
    const folder = join(root, 'out/screenshots/e2e');
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}
