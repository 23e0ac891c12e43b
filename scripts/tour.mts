/** Takes the pictures of docs/tour.md in a real VS Code, so that they stay true: npm run tour, after npm run build. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openWorkbench } from '../test/support/vscode.js';
import { root } from './lib/root.js';
import { copySamples } from './lib/samples.js';
import { ensureVSCode } from './lib/vscode.js';

const folder = join(root, 'docs/tour');
await mkdir(folder, { recursive: true });
await ensureVSCode();
const workbench = await openWorkbench({ workspace: await copySamples('tour', true) });
const { page } = workbench;
const picture = async (name: string) => {
  // Nothing is half way: transitions and hovers have ended.
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
};
const rows = (tree: string) => page.getByRole('tree', { name: tree }).getByRole('treeitem');
const top = (heading: string) =>
  workbench
    .panel()
    .getByRole('heading', { name: heading, exact: true })
    .evaluate(element => element.scrollIntoView());
const verdict = workbench.panel().locator('.summary-words').first();

try {
  await workbench.runCommand('transferlens.getStarted', 'TransferLens: Open Walkthrough');
  await page.locator('.getting-started-step').nth(3).waitFor();
  await picture('walkthrough');

  await workbench.runCommand('transferlens.models.focus', 'Focus on Source Models View');
  await rows('Source Models').first().waitFor();
  await page.keyboard.press('Control+Shift+E');
  await workbench.chooseFromExplorerMenu('models', 'Score Transferability');
  await workbench.quickPick('optdigits').waitFor();
  await picture('choose');
  await workbench.quickPick('optdigits').click();
  await verdict.getByText('lenet-mnist leads').waitFor({ timeout: 180_000 });
  await workbench.runCommand('transferlens.models.focus', 'Focus on Source Models View');
  await rows('Runs').first().getByText('leads').waitFor();
  await picture('panel');

  await workbench.statusItem('transferlens.status').hover();
  await picture('status-bar');

  // The empty end of the tab bar: nothing there shows a hover.
  await page.mouse.move(1000, 52);
  await workbench.panel().getByRole('application').first().scrollIntoViewIfNeeded();
  await picture('why');
  await top('What each class costs');
  await picture('classes');

  for (const model of ['cnn-vehicles', 'lenet-mnist'])
    await workbench
      .panel()
      .getByRole('checkbox', { name: `Compare ${model}`, exact: true })
      .check();
  await page.mouse.move(1000, 52);
  await top('Compare');
  await picture('compare');

  // A list closes when a page that is still drawn takes the focus.
  const forms = workbench.quickPick('.transfer.json');
  while (!(await forms.isVisible())) {
    await workbench.runCommand('transferlens.exportReport', 'TransferLens: Export Report');
    await forms.waitFor();
    await picture('export');
  }
  await page.keyboard.press('Escape');
} finally {
  await workbench.close();
}
