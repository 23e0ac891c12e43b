import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { copySamples } from '../../scripts/lib/samples.js';
import { put } from '../support/scratch.js';
import { openWorkbench, type Workbench } from '../support/vscode.js';

describe('a table that leaves open which column is the label', () => {
  let workbench: Workbench;

  before(async () => {
    const workspace = await copySamples('e2e/columns', true);
    const folder = join(workspace, 'datasets', 'optdigits');
    const rows = readdirSync(folder).flatMap(digit =>
      readdirSync(join(folder, digit))
        .slice(0, 20)
        .map(
          file =>
            `datasets/optdigits/${digit}/${file},${digit},${Number(digit) % 2 ? 'odd' : 'even'}`,
        ),
    );
    put(join(workspace, 'digits.csv'), `path,fine_label,coarse_label\n${rows.join('\n')}\n`);
    workbench = await openWorkbench({ workspace });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('columns-failed');
  });
  after(() => workbench?.close());

  const scored = () => workbench.panel().getByText('Scored all 200 samples');

  it('is asked about once, and scored by the column that was chosen', async () => {
    await workbench.chooseFromExplorerMenu('digits.csv', 'Rank Models for This Dataset');
    await workbench.quickPick('lenet-mnist').first().waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.quickPick('coarse_label').waitFor();
    await workbench.screenshot('columns-1-choose');
    await workbench.quickPick('coarse_label').click();
    await scored().waitFor({ timeout: 60_000 });
    // Two classes: the entropy of even and odd is that of a coin.
    await workbench.panel().getByText('no signal −0.693').first().waitFor();
    await workbench.screenshot('columns-2-done');
  });

  it('is not asked about again', async () => {
    await workbench.runCommand('transferlens.rerun', 'Run Again');
    await scored().waitFor({ timeout: 60_000 });
    assert.equal(await workbench.quickPick('coarse_label').count(), 0);
  });
});
