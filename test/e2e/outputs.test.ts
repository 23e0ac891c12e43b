import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copySamples } from '../../scripts/lib/samples.js';
import { put } from '../support/scratch.js';
import { twoHeads } from '../support/twoHeads.js';
import { openWorkbench, type Workbench } from '../support/vscode.js';

describe('a model with several outputs', () => {
  let workbench: Workbench;
  let sidecar: string;

  before(async () => {
    const workspace = await copySamples('e2e/outputs', true);
    put(join(workspace, 'heads', 'net.onnx'), twoHeads());
    sidecar = put(join(workspace, 'heads', 'net.transferlens.json'), {
      image_mean: 0.5,
      image_std: 0.5,
    });
    workbench = await openWorkbench({ workspace });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('outputs-failed');
  });
  after(() => workbench?.close());

  const panel = () => workbench.panel();
  const toast = (text: string) =>
    workbench.page.locator('.notification-toast', { hasText: text }).first();
  const stated = () => JSON.parse(readFileSync(sidecar, 'utf8'));

  it('says which one was taken; another is chosen from the warning, and scored', async () => {
    await workbench.chooseFromExplorerMenu('heads', 'Score Transferability');
    await workbench.quickPick('optdigits').click();
    const warning = panel().getByText('output "colours" was taken of colours, shapes');
    await warning.waitFor({ timeout: 120_000 });
    await panel().getByRole('button', { name: 'Choose the output of net' }).click();
    await workbench.quickPick('shapes').waitFor();
    await workbench.screenshot('outputs-1-choice');
    await workbench.quickPick('shapes').click();
    await toast('"output" is "shapes" now.').waitFor();
    assert.deepEqual(stated(), { image_mean: 0.5, image_std: 0.5, output: 'shapes' });
    await workbench.screenshot('outputs-2-again');
    await toast('shapes').getByRole('button', { name: 'Run Again' }).click();
    await warning.waitFor({ state: 'detached', timeout: 120_000 });
    // The other head has six classes.
    await panel().getByRole('grid').locator('tbody tr').getByText('6', { exact: true }).waitFor();
  });

  it('is asked about from the list of models', async () => {
    await workbench.runCommand('transferlens.models.focus', 'View: Show TransferLens');
    const net = workbench.page
      .getByRole('tree', { name: 'Source Models' })
      .getByRole('treeitem', { name: /^net,/ });
    await workbench.chooseFromMenu(net, 'Choose Output…');
    await workbench.quickPick('colours').click();
    await toast('"output" is "colours" now.').waitFor();
    assert.equal(stated().output, 'colours');
  });
});
