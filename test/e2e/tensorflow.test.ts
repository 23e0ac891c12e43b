import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copySamples } from '../../scripts/lib/samples.js';
import { root } from '../support/referenceData.js';
import { openWorkbench, type Workbench } from '../support/vscode.js';

describe('a workspace with TensorFlow models alone', () => {
  let workbench: Workbench;

  before(async () => {
    const workspace = await copySamples('e2e/tensorflow', true);
    rmSync(join(workspace, 'models'), { recursive: true });
    const models = join(root, 'test/fixtures/models');
    cpSync(join(models, 'tfjs/layers'), join(workspace, 'networks/layers'), { recursive: true });
    cpSync(join(models, 'savedModel/convolutional'), join(workspace, 'networks/saved'), {
      recursive: true,
    });
    workbench = await openWorkbench({ workspace });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('tensorflow-failed');
  });
  after(() => workbench?.close());

  const ranked = (text: string) =>
    workbench.panel().getByRole('grid').locator('tbody tr', { hasText: text });

  it('has the entry on the folder of a SavedModel', async () => {
    await workbench.explorerEntry('networks').click();
    await workbench.chooseFromExplorerMenu('saved', 'Score Transferability');
    await workbench.quickPick('optdigits').click();
    await ranked('SavedModel').getByText('−').first().waitFor({ timeout: 120_000 });
    assert.equal(await ranked('').count(), 1);
  });

  it('has the entry on the folder of a dataset, and ranks both kinds for it', async () => {
    await workbench.explorerEntry('datasets').click();
    await workbench.chooseFromExplorerMenu('optdigits', 'Rank Models for This Dataset');
    await workbench.quickPick('layers').waitFor();
    await workbench.screenshot('tensorflow-1-models');
    await workbench.page.keyboard.press('Enter');
    await ranked('TF.js').getByText('−').first().waitFor({ timeout: 120_000 });
    await ranked('SavedModel').getByText('−').first().waitFor({ timeout: 120_000 });
    await workbench.panel().getByRole('button', { name: 'Run Again' }).waitFor();
    assert.equal(await ranked('').count(), 2);
    await workbench.screenshot('tensorflow-2-ranking');
  });
});
