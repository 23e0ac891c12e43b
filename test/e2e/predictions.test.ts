import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { copySamples } from '../../scripts/lib/samples.js';
import { root } from '../support/referenceData.js';
import { openWorkbench, type Workbench } from '../support/vscode.js';

describe('predictions made elsewhere, in the editor', () => {
  let workbench: Workbench;

  before(async () => {
    const workspace = await copySamples('e2e/predictions', true);
    mkdirSync(join(workspace, 'preds'));
    mkdirSync(join(workspace, 'weights'));
    const golden = join(root, 'test', 'golden');
    for (const name of ['tiny.npz', 'binary.npz'])
      cpSync(join(golden, name), join(workspace, 'preds', name));
    const checkpoints = join(root, 'test', 'fixtures', 'checkpoints');
    cpSync(join(checkpoints, 'resnet18-zip.pth'), join(workspace, 'weights', 'resnet18.pth'));
    workbench = await openWorkbench({ workspace });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed');
  });
  after(() => workbench?.close());

  const rows = () => workbench.panel().getByRole('grid').locator('tbody tr');

  it('are scored on their own labels by one click, with no dataset to choose', async () => {
    await workbench.explorerEntry('preds').first().click();
    await workbench.chooseFromExplorerMenu('tiny.npz', 'Score Transferability');
    await workbench
      .panel()
      .locator('.summary-words')
      .getByText('on 200 samples')
      .waitFor({ timeout: 60_000 });
    assert.equal(await rows().count(), 1);
    await workbench.screenshot('predictions-1-own-labels');
  });

  it('of weights alone the row offers the script that exports them', async () => {
    await workbench.chooseFromExplorerMenu('weights', 'Score Transferability');
    await workbench.quickPick('optdigits').click();
    const button = workbench.panel().getByRole('button', { name: 'Copy the export script of' });
    await button.waitFor({ timeout: 60_000 });
    await button.click();
    await workbench.screenshot('predictions-2-weights');
  });
});
