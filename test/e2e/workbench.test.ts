import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from '../support/vscode.js';

describe('VS Code on the sample workspace', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench?.close());

  it('shows the samples', async () => {
    for (const name of ['datasets', 'models', 'ORIGIN.md'])
      await workbench.explorerEntry(name).waitFor();
  });

  it('has the commands in the palette', async () => {
    await workbench.runCommand('transferlens.showLog', 'TransferLens: Show Log');
    await workbench.page.locator('.part.panel').waitFor();
    assert.equal(await workbench.notification('not found').count(), 0);
    await workbench.screenshot('log');
  });
});
