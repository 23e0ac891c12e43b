import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copySamples } from '../../scripts/lib/samples.js';
import { npyHeader, npyOf, openNames } from '../support/npz.js';
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

  it('is scored by another column that is chosen in the list of datasets', async () => {
    await workbench.chooseFromDatasetMenu(/^digits, /, 'Choose Columns…');
    await workbench.quickPick('coarse_label').getByText('taken now').waitFor();
    await workbench.screenshot('columns-3-choose');
    // The run that led to the question is none that failed.
    const runs = workbench.page.getByRole('tree', { name: 'Runs' }).getByRole('treeitem');
    assert.deepEqual(
      (await runs.allTextContents()).map(text => /failed/.test(text)),
      [false, false],
    );
    await workbench.quickPick('fine_label').click();
    await workbench.quickPick('images, or their paths').getByText('taken now').waitFor();
    await workbench.quickPick('images, or their paths').click();
    const said = workbench.notification('the label is "fine_label" now, the samples are "path"');
    await said.getByRole('button', { name: 'Run Again' }).click();
    // Ten classes of as many samples.
    await workbench.panel().getByText('no signal −2.303').first().waitFor({ timeout: 60_000 });
  });
});

describe('an array of images of which the values tell what is black and white', () => {
  let workbench: Workbench;

  before(async () => {
    const workspace = await copySamples('e2e/pixels', true);
    const n = 60;
    // Grey of 0 to 12: of 4 bits, as far as anyone can tell.
    const images = Uint8Array.from({ length: n * 64 }, (_, i) => (i * (i >> 6)) % 13);
    const labels = Uint8Array.from({ length: n }, (_, i) => i % 2);
    put(join(workspace, 'arrays', 'x.npy'), npyOf(npyHeader(`(${n}, 8, 8)`, "'|u1'"), images));
    put(join(workspace, 'arrays', 'y.npy'), npyOf(npyHeader(`(${n},)`, "'|u1'"), labels));
    const normalised = new Uint8Array(Float32Array.from(images, x => x / 4 - 1).buffer);
    put(join(workspace, 'normalised', 'x.npy'), npyOf(npyHeader(`(${n}, 8, 8)`), normalised));
    put(join(workspace, 'normalised', 'y.npy'), npyOf(npyHeader(`(${n},)`, "'|u1'"), labels));
    put(join(workspace, 'run.npz'), openNames());
    workbench = await openWorkbench({ workspace });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('pixels-failed');
  });
  after(() => workbench?.close());

  const warning = () => workbench.panel().getByText('run from 0 to 12, so 0 was taken for black');
  const again = (said: string) =>
    workbench.notification(said).getByRole('button', { name: 'Run Again' });

  it('is scored by other values that are chosen from the warning', async () => {
    await workbench.chooseFromExplorerMenu('arrays', 'Rank Models for This Dataset');
    await workbench.quickPick('lenet-mnist').first().waitFor();
    await workbench.page.keyboard.press('Enter');
    await warning().waitFor({ timeout: 60_000 });
    await workbench.screenshot('pixels-1-warning');
    await workbench.panel().getByRole('button', { name: 'Choose Black and White…' }).click();
    await workbench.quickPick('0 is black, 15 is white').getByText('taken now').waitFor();
    await workbench.screenshot('pixels-2-choice');
    await workbench.quickPick('Other values…').click();
    const input = workbench.page.locator('.quick-input-widget .quick-input-filter input');
    await input.fill('16');
    await workbench.page.getByText('Two different numbers with a colon').waitFor();
    await workbench.screenshot('pixels-3-typed');
    await input.fill('0:16');
    await workbench.page.keyboard.press('Enter');
    await again('0 is black and 16 is white now.').click();
    await warning().waitFor({ state: 'detached', timeout: 60_000 });
    await workbench.panel().getByText('Scored all 60 samples').waitFor({ timeout: 60_000 });
    await workbench.screenshot('pixels-4-again');
  });

  it('is told by its values again from the list of datasets', async () => {
    await workbench.chooseFromDatasetMenu(/60 samples/, 'Choose Black and White…');
    await workbench.quickPick('0 is black, 16 is white').getByText('taken now').waitFor();
    await workbench.quickPick('Tell by the values').click();
    await again('told by the values again').click();
    await warning().waitFor({ timeout: 60_000 });
  });

  it('is asked about where its values are no pixels', async () => {
    await workbench.page.keyboard.press('Control+Shift+E');
    await workbench.chooseFromExplorerMenu('normalised', 'Rank Models for This Dataset');
    await workbench.quickPick('lenet-mnist').first().waitFor();
    await workbench.page.keyboard.press('Enter');
    const own = workbench.quickPick('its least and largest value');
    await own.getByText('−1 is black, 2 is white').waitFor({ timeout: 60_000 });
    await workbench.screenshot('pixels-6-asked');
    await own.click();
    await workbench.panel().getByText('Scored all 60 samples').waitFor({ timeout: 60_000 });
    assert.equal(await warning().count(), 0);
  });

  it('lies beside predictions whose arrays have names of their own: which are which is asked', async () => {
    await workbench.page.keyboard.press('Control+Shift+E');
    await workbench.chooseFromExplorerMenu('run.npz', 'Score Transferability');
    await workbench.quickPick('zs').getByText('float32 [12, 5]').waitFor();
    await workbench.screenshot('arrays-1-outputs');
    await workbench.quickPick('zs').click();
    await workbench.quickPick('target_ids').click();
    // They have labels: no dataset is asked for.
    await workbench.panel().getByText('Scored all 12 samples').waitFor({ timeout: 60_000 });
    const sidecar = JSON.parse(
      readFileSync(join(workbench.workspace, 'run.transferlens.json'), 'utf8'),
    );
    assert.deepEqual(sidecar, { output: 'zs', targets: 'target_ids' });
  });
});
