import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { copySamples } from '../../scripts/lib/samples.js';
import { reportSchema } from '../../src/report/schema.js';
import { put, scratch } from '../support/scratch.js';
import { extensionId, openWorkbench, type Workbench } from '../support/vscode.js';

/** Steps of the walkthrough that are ticked. */
const ticked = (page: Page) =>
  page.locator('.getting-started-step [role="checkbox"][aria-checked="true"]').count();

describe('the walkthrough, from its first step to its last', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
    await workbench.page.goto(`${new URL(workbench.page.url()).origin}/?ew=true`);
    await workbench.page.locator('.monaco-workbench').waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('walkthrough-failed');
  });
  after(() => workbench?.close());

  const step = (title: string) =>
    workbench.page.locator('.getting-started-step', { hasText: title });
  const button = (name: string) => workbench.page.getByRole('button', { name, exact: true });
  const verdict = () => workbench.panel().locator('.summary-words');

  it('opens the sample workspace and goes on there', async () => {
    await workbench.page.setViewportSize({ width: 1700, height: 900 });
    await workbench.runCommand('transferlens.getStarted', 'TransferLens: Open Walkthrough');
    await step('Open the sample workspace').waitFor();
    await workbench.screenshot('walkthrough-1');
    await button('Open Sample Workspace').last().click();
    await workbench.explorerEntry('datasets').waitFor({ timeout: 90_000 });
    await step('See what was found').waitFor();
    for (let tries = 0; tries < 50 && (await ticked(workbench.page)) < 1; tries++)
      await workbench.page.waitForTimeout(100);
    assert.equal(await ticked(workbench.page), 1);
  });

  it('shows what was found', async () => {
    await step('See what was found').click();
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('walkthrough-2');
    await button('Show Source Models').click();
    const models = workbench.page.getByRole('tree', { name: 'Source Models' });
    await models.getByRole('treeitem').first().waitFor();
    assert.equal(await models.getByRole('treeitem').count(), 4);
  });

  it('scores the models', async () => {
    await step('Score the models').click();
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('walkthrough-3');
    const models = workbench.quickPick('lenet-mnist');
    await button('Score Models…').last().click();
    await models.waitFor();
    await workbench.page.keyboard.press('Escape');
    await models.waitFor({ state: 'hidden' });
    assert.equal(await ticked(workbench.page), 2, 'who thought better of it has scored nothing');
    await button('Score Models…').last().click();
    await models.waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.quickPick('optdigits').click();
    await verdict().getByText('lenet-mnist leads').first().waitFor({ timeout: 120_000 });
  });

  it('ends with the panel, all steps ticked', async () => {
    await workbench.tab('Welcome').click();
    await step('Read the ranking').click();
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('walkthrough-4');
    await button('Open Comparison Panel').last().click();
    await verdict().getByText('lenet-mnist').first().waitFor();
    await workbench.tab('Welcome').click();
    assert.equal(await ticked(workbench.page), 4);
  });
});

/** Shows the files of a model's folder in the Explorer. */
async function expand(workbench: Workbench, model: string): Promise<void> {
  await workbench.explorerEntry('models').click();
  await workbench.explorerEntry(model).first().click();
}

describe('a run and the files that it was about', () => {
  let workbench: Workbench;
  let workspace: string;

  before(async () => {
    workspace = await copySamples('e2e/native', true);
    workbench = await openWorkbench({
      workspace,
      // The page asks for a name in VS Code's own box, not in one of the browser.
      settings: { 'files.simpleDialog.enable': true },
    });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('native-failed');
  });
  after(() => workbench?.close());

  const verdict = () => workbench.panel().locator('.summary-words').first();
  const status = () => workbench.statusItem('transferlens.status');

  it('scores one model file from the Explorer', async () => {
    await expand(workbench, 'lenet-mnist');
    await workbench.chooseFromExplorerMenu('model.onnx', 'Score Transferability');
    await workbench.quickPick('optdigits').click();
    await verdict().getByText('lenet-mnist').first().waitFor({ timeout: 120_000 });
  });

  /** Exports the run as VS Code's own boxes ask; resolves with what was written. */
  async function exported(extension: string): Promise<string> {
    await proposed(extension);
    return written(`optdigits${extension}`);
  }

  /** Exports the run to the place and name that are proposed. */
  async function proposed(extension: string): Promise<void> {
    await workbench.runCommand('transferlens.exportReport', 'TransferLens: Export Report');
    await workbench.quickPick(extension).waitFor();
    await workbench.screenshot('export-forms');
    await workbench.quickPick(extension).click();
    await accept();
  }

  /** Takes the place and name that are proposed. */
  async function accept(): Promise<void> {
    const name = workbench.page.locator('.quick-input-widget .quick-input-filter input');
    await name.waitFor();
    await workbench.page.waitForTimeout(500);
    await workbench.page.keyboard.press('Enter');
  }

  /** Waits until a file is said to be saved; resolves with what was written there. */
  async function written(as: string): Promise<string> {
    await workbench.notification(`Saved as ${as}`).waitFor();
    // The focus goes back to where it was before the next box opens, as between two wishes of a person.
    await workbench.page.waitForTimeout(1000);
    const text = readFileSync(join(workspace, as), 'utf8');
    // Spreadsheets tell UTF-8 by its mark.
    assert.equal(text.startsWith('\ufeff'), as.endsWith('.csv'), as);
    return text.replace(/^\ufeff/, '');
  }

  /** The numbers of the heatmap that is shown, as the file that they are written to. */
  async function heatmapCsv(): Promise<string> {
    const tools = workbench.panel().locator('.heatmap-tools');
    await tools.getByRole('button', { name: 'as CSV' }).click();
    const file = join(workspace, csvName);
    rmSync(file, { force: true });
    await accept();
    return written(csvName);
  }
  const csvName = 'lenet-mnist-heatmap.csv';
  let numbers: string;

  it('writes the numbers of its heatmap to a file', async () => {
    numbers = await heatmapCsv();
    const [header, ...rows] = numbers
      .trimEnd()
      .split('\r\n')
      .map(line => line.split(','));
    assert.deepEqual(header.slice(0, 2), ['source class', 'P(z)']);
    assert.equal(header.length, 12);
    assert.equal(rows.length, 10);
    const sum = (cells: string[]) => cells.reduce((total, cell) => total + Number(cell), 0);
    assert.ok(Math.abs(sum(rows.map(row => row[1])) - 1) < 1e-6, 'P(z) of all');
    for (const [name, , ...conditional] of rows)
      assert.ok(Math.abs(sum(conditional) - 1) < 1e-6, `P(y|${name})`);
  });

  it('is exported in each of its forms', async () => {
    assert.match(await exported('.csv'), /^rank,.*\n1,.*lenet-mnist/s);
    const markdown = await exported('.md');
    assert.match(markdown, /^#.*optdigits[\s\S]*lenet-mnist/);
    const html = await exported('.html');
    for (const sent of [markdown, html])
      assert.ok(!sent.includes(workspace), 'no path of this machine');
    assert.match(html, /^<!doctype html>/i);
    assert.match(html, /default-src 'none'/);
  });

  it('is exported without a word once that is wished, until hidden notifications are to be seen again', async () => {
    const said = workbench.notification('Saved as optdigits');
    await said.first().hover();
    await workbench.screenshot('saved-hint');
    await said.first().getByRole('button', { name: "Don't Show Again" }).click();
    await workbench.runCommand('notifications.clearAll', 'Notifications: Clear All');
    const file = join(workspace, 'optdigits.md');
    rmSync(file);
    await proposed('.md');
    for (let tries = 0; tries < 100 && !existsSync(file); tries++)
      await workbench.page.waitForTimeout(50);
    assert.ok(existsSync(file));
    await workbench.page.waitForTimeout(1000);
    assert.equal(await said.count(), 0);
    await workbench.runCommand('transferlens.showHints', 'TransferLens: Show Hidden');
    rmSync(file);
    assert.match(await exported('.md'), /lenet-mnist/);
  });

  it('is saved as a report that opens as the panel, with its heatmaps', async () => {
    const text = await exported('.transfer.json');
    assert.equal(reportSchema.parse(JSON.parse(text)).packedJoints?.length, 1);
    await workbench.closeTab('TransferLens');
    await workbench.explorerEntry('optdigits.transfer.json').dblclick();
    await workbench.tab('optdigits.transfer.json').waitFor();
    await verdict().getByText('lenet-mnist').first().waitFor();
    await workbench.panel().getByRole('application').waitFor();
    assert.equal(await workbench.panel().getByText('Run Again').count(), 0);
    assert.equal(await heatmapCsv(), numbers);
    await workbench.screenshot('saved-report');
    await workbench.closeTab('optdigits.transfer.json');
  });

  it('is stale when the model has changed on disk', async () => {
    appendFileSync(join(workspace, 'models/lenet-mnist/model.onnx'), '\0');
    await status().getByText('stale').waitFor();
    await status().hover();
    await workbench.page.waitForTimeout(1500);
    await workbench.screenshot('stale');
  });
});

describe('in Chinese', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({
      workspace: await copySamples('e2e/chinese', true),
      locale: 'zh-cn',
    });
  });
  after(() => workbench?.close());

  it('speaks Chinese in trees, walkthrough and panel', async () => {
    await workbench.runCommand('transferlens.getStarted', '打开');
    await workbench.page.locator('.getting-started-step').nth(3).waitFor();
    await workbench.screenshot('chinese-walkthrough');
    await workbench.runCommand('transferlens.models.focus', 'transferlens');
    const models = workbench.page.getByRole('tree', { name: '源模型' });
    await models.getByRole('treeitem').first().waitFor();
    await workbench.chooseFromMenu(models.getByRole('treeitem').nth(2), '评');
    await workbench.quickPick('optdigits').click();
    await workbench.panel().locator('.summary-words').first().waitFor({ timeout: 120_000 });
    const runs = workbench.page.getByRole('tree', { name: '运行' });
    await runs.getByRole('treeitem').first().getByText('LEEP').waitFor({ timeout: 120_000 });
    await workbench.screenshot('chinese-trees');
  });
});

describe('a workspace that is not trusted', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({
      workspace: await copySamples('e2e/untrusted', true),
      settings: {
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
      },
    });
  });
  after(() => workbench?.close());

  it('is browsed, but nothing in it runs', async () => {
    await workbench.runCommand('transferlens.models.focus', 'Focus on Source Models View');
    const models = workbench.page.getByRole('tree', { name: 'Source Models' });
    await models.getByRole('treeitem').first().waitFor();
    assert.equal(await models.getByRole('treeitem').count(), 4);
    await workbench.page
      .getByText('Models are run only in a trusted workspace', { exact: false })
      .first()
      .waitFor();
    await workbench.screenshot('untrusted-trees');
    await workbench.page.keyboard.press('Control+Shift+E');
    await workbench.chooseFromExplorerMenu('models', 'Score Transferability');
    await workbench.notification('trust').getByText('Manage Workspace Trust').waitFor();
    await workbench.page.keyboard.press('F1');
    await workbench.page.keyboard.type('TransferLens: ');
    const offered = workbench.page.locator('.quick-input-list .monaco-list-row');
    await offered.filter({ hasText: 'Open Sample Workspace' }).first().waitFor();
    await workbench.screenshot('untrusted-palette');
    const run = offered.filter({ hasText: /Score Transferability|Run Again|Clear Cache/ });
    assert.equal(await run.count(), 0);
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('transferlens.openPanel', 'TransferLens: Open Comparison Panel');
    await workbench
      .panel()
      .getByText(/not trusted/)
      .first()
      .waitFor();
    await workbench.screenshot('untrusted');
    assert.equal(await workbench.panel().getByRole('grid').count(), 0);
  });
});

describe('a storage folder that cannot be written', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({
      workspace: await copySamples('e2e/unwritable', true),
      // A file in its place refuses root too.
      prepared: base => put(join(base, 'ud/User/globalStorage', extensionId), ''),
      // What is there instead is removed when the window is closed, which the end of a test is not.
      env: { TMPDIR: scratch('unwritable') },
    });
  });
  after(() => workbench?.close());

  it('costs the history of later windows, not the run', async () => {
    await workbench.chooseFromExplorerMenu('models', 'Score Transferability');
    await workbench.quickPick('optdigits').click();
    const verdict = workbench.panel().locator('.summary-words');
    await verdict.getByText('lenet-mnist leads on').waitFor({ timeout: 120_000 });
    await workbench.statusItem('transferlens.status').getByText('lenet-mnist leads').waitFor();
    assert.equal(await workbench.notification('Unexpected problem').count(), 0);
  });
});
