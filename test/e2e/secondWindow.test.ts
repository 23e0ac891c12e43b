import assert from 'node:assert/strict';
import { join } from 'node:path';
import { copySamples } from '../../scripts/lib/samples.js';
import { onnxModel, slowClassifier } from '../support/onnxWriter.js';
import { put } from '../support/scratch.js';
import { openWorkbench, type Workbench } from '../support/vscode.js';

describe('two windows on one folder', () => {
  let one: Workbench;
  let two: Workbench;

  before(async () => {
    const workspace = await copySamples('e2e/windows', true);
    for (const seed of [1, 2])
      put(
        join(workspace, 'slow', `slow${seed}.onnx`),
        onnxModel(slowClassifier({ seed, size: 32, repeat: 3 })),
      );
    one = await openWorkbench({ workspace });
    two = await one.openAnother();
    for (const window of [one, two]) {
      await window.runCommand('transferlens.runs.focus', 'Focus on Runs View');
      await window.page.keyboard.press('Control+Shift+E');
    }
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await one.screenshot('windows-one-failed');
    await two.screenshot('windows-two-failed');
  });
  after(() => one?.close());

  const verdict = (window: Workbench) => window.panel().locator('.summary-words').first();
  const score = async (window: Workbench, folder: string) => {
    await window.chooseFromExplorerMenu(folder, 'Score Transferability');
    await window.quickPick('optdigits').click();
  };
  /** Descriptions of the runs in a window's tree, once there are as many. */
  const listed = async (window: Workbench, count: number) => {
    await window.runCommand('transferlens.runs.focus', 'Focus on Runs View');
    const rows = window.page.getByRole('tree', { name: 'Runs' }).getByRole('treeitem');
    await rows.nth(count - 1).waitFor();
    const texts = await rows.allTextContents();
    await window.page.keyboard.press('Control+Shift+E');
    return texts;
  };

  it('a run of one is listed in the other, and opens there as the panel', async () => {
    await score(one, 'models');
    await verdict(one).getByText('lenet-mnist leads').waitFor({ timeout: 120_000 });
    const [run] = await listed(two, 1);
    assert.match(run, /optdigits.*lenet-mnist leads/);
    await two.runCommand('transferlens.runs.focus', 'Focus on Runs View');
    await two.page.getByRole('tree', { name: 'Runs' }).getByRole('treeitem').first().click();
    await verdict(two).getByText('lenet-mnist leads').waitFor();
    await two.panel().getByRole('application').waitFor();
    await two.screenshot('windows-listed');
    await two.page.keyboard.press('Control+Shift+E');
  });

  it('what each of them marks is marked in both', async () => {
    const star = (window: Workbench, model: string, pressed: boolean) =>
      window.panel().getByRole('button', { name: `Star ${model}`, exact: true, pressed });
    for (const [window, model] of [
      [one, 'lenet-mnist'],
      [two, 'cnn-random'],
    ] as const) {
      await star(window, model, false).click();
      for (const each of [one, two]) await star(each, model, true).waitFor();
    }
    await star(two, 'lenet-mnist', true).click();
    await star(one, 'lenet-mnist', false).waitFor();
    for (const each of [one, two]) await star(each, 'cnn-random', true).waitFor();
  });

  it('both score the same models at once, and both come to the same end, though one is reloaded', async () => {
    await Promise.all([score(one, 'slow'), score(two, 'slow')]);
    await verdict(one).getByText('Scoring').waitFor();
    await one.reload();
    for (const window of [one, two])
      await verdict(window)
        .getByText(/on 1,797 samples/)
        .getByText(/slow/)
        .first()
        .waitFor({ timeout: 120_000 });
    await one.screenshot('windows-both');
    assert.equal(await verdict(one).textContent(), await verdict(two).textContent());
    for (const window of [one, two]) {
      const runs = await listed(window, 3);
      assert.equal(runs.length, 3);
      assert.ok(
        runs.every(text => /LEEP \(leave-one-out\) −/.test(text)),
        runs.join('\n'),
      );
    }
  });
});
