import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { openWorkbench, type Workbench } from '../support/vscode.js';

describe('VS Code on the sample workspace', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('workbench-failed');
  });
  after(() => workbench?.close());

  it('shows the samples', async () => {
    for (const name of ['datasets', 'models', 'ORIGIN.md'])
      await workbench.explorerEntry(name).waitFor();
  });

  it('has the commands in the palette', async () => {
    await workbench.runCommand('transferlens.showLog', 'TransferLens: Show Log');
    // It takes the focus a while after it is shown.
    await workbench.page.locator('.part.panel:focus-within').waitFor();
    assert.equal(await workbench.notification('not found').count(), 0);
    await workbench.screenshot('log');
  });

  it('goes from the Explorer to a cell of the heatmap by keyboard alone', async () => {
    const { keyboard } = workbench.page;
    const press = async (key: string, times = 1) => {
      for (let i = 0; i < times; i++) await keyboard.press(key);
    };
    const models = workbench.page.locator(
      '.explorer-folders-view .monaco-list:focus-within .monaco-list-row.focused[aria-label^="models"]',
    );
    for (let i = 0; i < 30 && !(await comes(models)); i++)
      if (i % 6 > 0) await press('ArrowDown');
      else {
        await press('Control+Shift+E');
        await press('Home');
      }
    const menu = workbench.page.locator('.monaco-menu .action-item');
    const wanted = menu.filter({ hasText: 'Score Transferability' });
    // The menu shows what was known of the extension when it was opened.
    for (let i = 0; i < 20 && (await wanted.count()) === 0; i++) {
      await press('Escape');
      await press('Shift+F10');
      await menu.first().waitFor();
    }
    const reached = wanted.and(workbench.page.locator(':focus-within'));
    for (let i = 0; i < 60 && !(await comes(reached)); i++) await press('ArrowDown');
    assert.equal(await reached.count(), 1);
    // A menu ignores what comes in its first moments, as no hand would.
    for (let i = 0; i < 20 && (await wanted.count()) > 0; i++) {
      await press('Enter');
      await workbench.page.waitForTimeout(300);
    }
    await workbench.quickPick('optdigits').waitFor();
    await press('Enter');
    const panel = workbench.panel();
    await panel.getByText('lenet-mnist leads').first().waitFor({ timeout: 120_000 });
    const heatmap = panel.getByRole('application');
    await heatmap.waitFor();
    const inHeatmap = () => heatmap.evaluate(element => element.matches(':focus'));
    for (let tabs = 0; tabs < 40 && !(await inHeatmap()); tabs++) await press('Tab');
    await press('ArrowRight', 2);
    await press('ArrowDown');
    await panel
      .locator('#heatmap-reading', { hasText: '→ 2: P(y|z)' })
      .waitFor({ state: 'attached' });
    await workbench.screenshot('keyboard-heatmap');
  });
});

/** Whether something is there within the time that a key takes to be followed on a busy machine. */
function comes(what: Locator): Promise<boolean> {
  return what.waitFor({ timeout: 300 }).then(
    () => true,
    () => false,
  );
}
