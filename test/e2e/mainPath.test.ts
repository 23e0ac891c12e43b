import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { copySamples } from '../../scripts/lib/samples.js';
import { onnxModel, slowClassifier } from '../support/onnxWriter.js';
import { put } from '../support/scratch.js';
import { openWorkbench, type Theme, themes, type Workbench } from '../support/vscode.js';

/** Process ids of the extension's background processes in one VS Code. */
function workers(kind: 'coordinator' | 'inference', { base }: Workbench): number[] {
  const pattern = `${base}/.*dist/worker.js${kind === 'inference' ? ' inference' : '$'}`;
  try {
    return execFileSync('pgrep', ['-f', pattern]).toString().trim().split('\n').map(Number);
  } catch {
    return [];
  }
}

describe('from a right-click to a heatmap, as a person does it', () => {
  let workbench: Workbench;

  before(async () => {
    const workspace = await copySamples('e2e/main', true);
    // Two models that take long, to have time for a change of mind.
    for (const seed of [1, 2])
      put(
        join(workspace, 'slow', `slow${seed}.onnx`),
        onnxModel(slowClassifier({ seed, size: 96, repeat: 8 })),
      );
    workbench = await openWorkbench({ workspace });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed');
  });
  after(() => workbench?.close());

  const verdict = () => workbench.panel().locator('.summary-words');
  const rows = () => workbench.panel().getByRole('grid').locator('tbody tr');
  const status = () => workbench.statusItem('transferlens.status');

  it('scores a folder of models on a dataset', async () => {
    await workbench.chooseFromExplorerMenu('models', 'Score Transferability');
    await workbench.quickPick('optdigits').waitFor();
    await workbench.screenshot('1-choose-dataset');
    await workbench.quickPick('optdigits').click();
    await verdict().waitFor();
    await workbench.screenshot('2-running');
    await verdict().getByText('lenet-mnist leads on').waitFor({ timeout: 120_000 });
  });

  it('shows the winner in verdict, table and status bar', async () => {
    const first = rows().first();
    assert.match((await first.textContent()) ?? '', /^\s*1.*lenet-mnist/);
    assert.equal(await first.getAttribute('aria-selected'), 'true');
    assert.equal(await rows().count(), 4);
    assert.match(
      (await status().textContent()) ?? '',
      /lenet-mnist leads · LEEP \(leave-one-out\) −1\.6\d · 4 models/,
    );
    await workbench.screenshot('3-done-dark');
  });

  it('reads a cell of the heatmap under the pointer and by keyboard', async () => {
    const canvas = workbench.panel().getByRole('application');
    const reading = workbench.panel().locator('#heatmap-reading');
    const box = await canvas.boundingBox();
    assert.ok(box);
    await canvas.hover({ position: { x: box.width / 2, y: box.height / 2 } });
    const hovered =
      (await workbench.panel().locator('.heatmap-frame .tooltip').textContent()) ?? '';
    assert.match(hovered, /^\S+ → \S+: P\(y\|z\) [\d.<]+, P\(z\) [\d.<]+, \d+ samples?$/);
    await workbench.screenshot('3-hover');
    await canvas.focus();
    await workbench.page.keyboard.press('Home');
    await workbench.page.keyboard.press('ArrowRight');
    // The region speaks a moment after the key.
    await reading.filter({ hasText: '0 → 1: P(y|z)' }).waitFor({ state: 'attached' });
    await workbench.page.keyboard.press('ArrowRight');
    await reading.filter({ hasText: '0 → 2: P(y|z)' }).waitFor({ state: 'attached' });
  });

  it('follows all four kinds of theme', async () => {
    for (const theme of Object.keys(themes) as Theme[]) {
      await workbench.setTheme(theme);
      await workbench.panelShows(theme);
      await workbench.screenshot(`4-theme-${theme}`);
    }
    await workbench.setTheme('dark');
  });

  it('comes back after the window was reloaded, seen as it was left', async () => {
    const panel = workbench.panel();
    await panel.getByRole('button', { name: 'Star cnn-random' }).click();
    await panel.getByRole('button', { name: 'Columns', exact: true }).click();
    await panel.getByRole('checkbox', { name: 'Format' }).click();
    await panel.getByRole('columnheader', { name: 'Format' }).waitFor({ state: 'detached' });
    await workbench.screenshot('5-columns');
    await workbench.page.keyboard.press('Escape');
    await panel.getByRole('columnheader', { name: 'Model' }).getByRole('button').click();
    await panel.getByRole('textbox', { name: 'Filter models' }).fill('cnn');
    const names = () => rows().getByRole('rowheader').allTextContents();
    await rows().nth(2).waitFor({ state: 'detached' });
    assert.deepEqual(await names(), ['cnn-random', 'cnn-vehicles']);
    await workbench.page.waitForTimeout(500);

    await workbench.reload();
    await verdict().getByText('lenet-mnist leads on').waitFor({ timeout: 90_000 });
    assert.deepEqual(await names(), ['cnn-random', 'cnn-vehicles']);
    const star = panel.getByRole('button', { name: 'Star cnn-random' });
    assert.equal(await star.getAttribute('aria-pressed'), 'true');
    assert.equal(await panel.getByRole('columnheader', { name: 'Format' }).count(), 0);
    const sorted = panel.getByRole('columnheader', { name: 'Model' });
    assert.equal(await sorted.getAttribute('aria-sort'), 'ascending');
    await workbench.panel().getByRole('application').waitFor();
    await status().getByText('lenet-mnist leads').waitFor();
    await workbench.screenshot('5-reloaded');
    await panel.getByRole('textbox', { name: 'Filter models' }).fill('');
    await rows().nth(3).waitFor();

    await workbench.closeTab('TransferLens');
    await status().locator('a').click();
    await rows().nth(3).waitFor();
    assert.equal(await panel.getByRole('columnheader', { name: 'Format' }).count(), 0);
  });

  it('cancels half way and keeps what was computed', async () => {
    await workbench.chooseFromExplorerMenu('slow', 'Score Transferability');
    await workbench.quickPick('optdigits').click();
    await verdict().getByText('Scoring').waitFor();
    await rows()
      .first()
      .getByText(/[1-9]\d* of 1,797/)
      .waitFor({ timeout: 60_000 });
    await workbench.screenshot('6-cancelling');
    await workbench.runCommand('transferlens.cancel', 'TransferLens: Cancel');
    await verdict().getByText('Cancelled').waitFor();
    for (let i = 0; i < 20 && workers('inference', workbench).length > 0; i++)
      await workbench.page.waitForTimeout(50);
    assert.deepEqual(workers('inference', workbench), []);
    await workbench.screenshot('7-cancelled');
  });

  it('says so when the background process is killed, and goes on when run again', async () => {
    await workbench.runCommand('transferlens.rerun', 'TransferLens: Run Again');
    await verdict().getByText('Scoring').waitFor();
    await rows()
      .first()
      .getByText(/[1-9]\d* of 1,797/)
      .waitFor({ timeout: 60_000 });
    const [pid] = workers('coordinator', workbench);
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
    await verdict().getByText('stopped before its end').waitFor();
    assert.match((await verdict().textContent()) ?? '', /background process ended unexpectedly/);
    await workbench.screenshot('8-killed');
  });

  it('lists the run that was cancelled, killed and run again once, and cancels it there', async () => {
    await workbench.runCommand('transferlens.runs.focus', 'Focus on Runs View');
    const runs = workbench.page.getByRole('tree', { name: 'Runs' }).getByRole('treeitem');
    await runs.nth(1).waitFor();
    await workbench.runCommand('transferlens.rerun', 'TransferLens: Run Again');
    await runs.first().getByText('running').waitFor();
    await runs.first().hover();
    await runs.first().getByRole('button', { name: 'Cancel Run' }).click();
    await verdict().getByText('Cancelled').waitFor();
    await runs.first().getByText('cancelled').waitFor();
    const said = await runs.allTextContents();
    await workbench.screenshot('9-runs');
    assert.equal(said.length, 2, said.join('; '));
    assert.match(said[0], /cancelled/);
    assert.match(said[1], /lenet-mnist leads/);
  });
});
