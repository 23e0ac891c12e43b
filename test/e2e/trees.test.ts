import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { copySamples } from '../../scripts/lib/samples.js';
import { put } from '../support/scratch.js';
import { openWorkbench, type Theme, themes, type Workbench } from '../support/vscode.js';

describe('the activity bar: models, datasets, runs', () => {
  let workbench: Workbench;
  let workspace: string;

  before(async () => {
    workspace = await copySamples('e2e/trees', true);
    put(join(workspace, 'broken.transfer.json'), '{"schema": 1');
    workbench = await openWorkbench({ workspace });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('trees-failed');
  });
  after(() => workbench?.close());

  const tree = (name: string) => workbench.page.getByRole('tree', { name });
  const rows = (name: string) => tree(name).getByRole('treeitem');
  const verdict = () => workbench.panel().locator('.summary-words');

  it('opens from the walkthrough of four steps', async () => {
    await workbench.runCommand('transferlens.getStarted', 'TransferLens: Open Walkthrough');
    const steps = workbench.page.locator('.getting-started-step');
    await steps.first().waitFor();
    assert.equal(await steps.count(), 4);
    await workbench.screenshot('walkthrough');
    await steps.nth(1).click();
    await workbench.page.getByRole('button', { name: 'Show Source Models' }).click();
  });

  it('lists what the workspace holds, with what is known of it', async () => {
    await rows('Source Models').first().waitFor();
    assert.equal(await rows('Source Models').count(), 4);
    const [first] = await rows('Source Models').allTextContents();
    assert.match(first, /cnn-random.*ONNX · \d+ kB/);
    assert.match(
      (await rows('Target Datasets').first().textContent()) ?? '',
      /optdigits.*samples · 10 classes · Image folder/,
    );
    assert.match(
      (await workbench.page.locator('.pane', { hasText: 'Runs' }).last().textContent()) ?? '',
      /Nothing was scored yet/,
    );
    await workbench.screenshot('trees-before');
  });

  /** Scores two models that are selected in the tree. */
  async function scoreSelected(first: number, second: number): Promise<void> {
    const models = rows('Source Models');
    await workbench.chooseFromMenu(models.nth(second), 'Score Transferability', async () => {
      await models.nth(first).click();
      await models.nth(second).click({ modifiers: ['Control'] });
    });
    await workbench.quickPick('optdigits').click();
  }

  it('scores the models that are selected, and keeps the run', async () => {
    await scoreSelected(0, 2);
    await verdict()
      .getByText(/lead|apart|No model/)
      .waitFor({ timeout: 120_000 });
    // The list follows the panel a moment later.
    await rows('Runs').first().getByText('2 models').waitFor();
    assert.match((await rows('Runs').first().textContent()) ?? '', /optdigits.*2 models/);
    assert.match(
      (await rows('Source Models').first().textContent()) ?? '',
      /−\d\.\d+ LEEP \(leave-one-out\)/,
    );
    await workbench.screenshot('trees-after');
  });

  it('compares two runs on a page of their own', async () => {
    await scoreSelected(2, 3);
    await rows('Runs').nth(1).waitFor({ timeout: 120_000 });
    await rows('Runs')
      .first()
      .getByText(/2 models/)
      .waitFor({ timeout: 120_000 });
    await workbench.runCommand('transferlens.compareRuns', 'TransferLens: Compare Runs');
    await workbench.quickPick('optdigits').click();
    await workbench.quickPick('optdigits').click();
    await workbench.tab('Preview optdigits.md').waitFor();
    const body = workbench.page
      .frameLocator('iframe.webview.ready')
      .last()
      .frameLocator('#active-frame');
    await body.getByRole('heading', { name: 'optdigits: what changed' }).waitFor();
    await workbench.screenshot('compare-runs');
    await workbench.closeTab('Preview optdigits.md');
  });

  it('opens an earlier run again', async () => {
    const before = await verdict().textContent();
    await rows('Runs').nth(1).click();
    await workbench.page.waitForFunction(() => true);
    await verdict().waitFor();
    for (let tries = 0; tries < 50 && (await verdict().textContent()) === before; tries++)
      await workbench.page.waitForTimeout(100);
    assert.notEqual(await verdict().textContent(), before);
  });

  it('tells models of one name apart by their folders', async () => {
    const alike = rows('Source Models').filter({ hasText: 'cnn-random' });
    assert.doesNotMatch((await alike.textContent()) ?? '', /models\/cnn-random/);
    cpSync(join(workspace, 'models/cnn-random'), join(workspace, 'copies/cnn-random'), {
      recursive: true,
    });
    for (const folder of ['models', 'copies'])
      await alike.filter({ hasText: `${folder}/cnn-random` }).waitFor();
  });

  it('says of a file that is no report that it is none', async () => {
    await workbench.page.keyboard.press('Control+Shift+E');
    await workbench.explorerEntry('broken.transfer.json').dblclick();
    await workbench.tab('broken.transfer.json').waitFor();
    const frame = workbench.page
      .frameLocator('iframe.webview.ready')
      .last()
      .frameLocator('#active-frame');
    await frame.getByText('this is not a report of TransferLens').first().waitFor();
    await workbench.screenshot('broken-report');
  });

  it('is readable in all kinds of theme', async () => {
    await workbench.runCommand('transferlens.models.focus', 'View: Show TransferLens');
    for (const theme of Object.keys(themes) as Theme[]) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`trees-${theme}`);
    }
  });
});
