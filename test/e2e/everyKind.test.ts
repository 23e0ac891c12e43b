import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { basename, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { datasetLayouts } from '../../src/datasets/index.js';
import { modelFormats } from '../../src/models/index.js';
import { measureName } from '../../src/report/columns.js';
import type { Report } from '../../src/report/schema.js';
import { type Case, layoutCases, workspaceOfAll } from '../support/everyKind.js';
import { root } from '../support/referenceData.js';
import { openWorkbench, type Workbench } from '../support/vscode.js';

/** How the scripts begin that export models which are only recognised. */
const scripts = {
  resnet18: '# Makes an ONNX model of resnet18.pth',
  network: '# Makes a model of network.keras',
};

/** What a pointer rests on would cover the rows below it. */
const settings = { 'workbench.hover.delay': 1_000_000 };

const cases = Object.values(layoutCases).flat();

describe('every layout and every format, scored in the editor as on the command line', () => {
  let workbench: Workbench;
  let workspace: string;
  /** What the command line says of each dataset, and of the folder `formats`. */
  const reports = new Map<string, Report>();

  before(async () => {
    workspace = workspaceOfAll();
    const [opened] = await Promise.all([openWorkbench({ workspace, settings }), scoreAll()]);
    workbench = opened;
    // All rows of the trees are in the page.
    await workbench.page.setViewportSize({ width: 1280, height: 1600 });
    await workbench.runCommand('transferlens.models.focus', 'Focus on Source Models View');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('kinds-failed');
  });
  after(() => workbench?.close());

  const model = (name: string) =>
    workbench.page
      .getByRole('tree', { name: 'Source Models' })
      .getByRole('treeitem', { name: new RegExp(`^${name}, `) });

  /** What the command line says of a dataset by a model, or all models of a folder. */
  async function score(data: string, models: string, option: string[] = []): Promise<Report> {
    const given = ['score', join(workspace, models), '--data', join(workspace, data), ...option];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'dist', 'cli.js'), ...given, '--no-cache', '--json'],
      { maxBuffer: 64 << 20 },
    );
    return JSON.parse(stdout);
  }

  /** Two at a time, while VS Code starts. */
  async function scoreAll(): Promise<void> {
    const jobs = [
      ...cases.map(({ data, model, asked }) => async () => {
        reports.set(data, await score(data, `models/${model}`, asked?.option));
      }),
      async () => reports.set('formats', await score('digits', 'formats')),
    ];
    const work = async () => {
      for (let job = jobs.shift(); job; job = jobs.shift()) await job();
    };
    await Promise.all([work(), work()]);
  }

  /** What is copied next, by how it begins; the clipboard is empty afterwards. */
  async function clipboard(beginning: string): Promise<string> {
    const { page } = workbench;
    for (let tries = 0; ; tries++) {
      const text = await page.evaluate<string>('navigator.clipboard.readText()');
      if (text.startsWith(beginning)) {
        await page.evaluate('navigator.clipboard.writeText("")');
        return text;
      }
      assert.ok(tries < 100, `not copied: ${text}`);
      await page.waitForTimeout(50);
    }
  }

  /** Waits until the panel shows a run on a dataset, and holds all its scores against those of the command line. */
  async function sameAs(report: Report): Promise<void> {
    const panel = workbench.panel();
    const { name, scored } = report.dataset;
    const said = `${name} · Scored all ${scored.toLocaleString('en-US')} samples`;
    await panel.getByText(said).waitFor({ timeout: 60_000 });
    await panel.getByRole('button', { name: 'Run Again' }).waitFor();
    await panel.getByRole('button', { name: 'Copy the table' }).click();
    const [header, ...lines] = (await clipboard('Rank\t')).split('\n').map(l => l.split('\t'));
    const rows = new Map(lines.map(cells => [cells[header.indexOf('Model')], cells]));
    assert.deepEqual([...rows.keys()].sort(), report.models.map(m => m.name).sort());
    for (const { name, status, scores, reason } of report.models) {
      assert.equal(status, 'scored', `${name}: ${reason?.message}`);
      for (const [id, { value }] of Object.entries(scores)) {
        const shown = rows.get(name)?.[header.indexOf(measureName(report, id))];
        // Samples that datasets share are stored from an earlier run, in other batches, with which sums in float32 differ: of
        // neighbours as far away as each other that decides which ones vote.
        const most = id === 'knn' ? 3 / scored : 1e-6;
        const near = value !== null && Math.abs(Number(shown) - value) < most;
        assert.ok(
          value === null ? shown === '' : shown && near,
          `${name} ${id}: ${shown}, ${value}`,
        );
      }
    }
  }

  async function scoreByModel({ data, model: file, asked }: Case): Promise<void> {
    const row = model(basename(file, extname(file)));
    await workbench.chooseFromMenu(row, 'Score Transferability');
    if (data === `models/${file}`) return;
    await workbench.page.locator('.quick-input-filter input').fill(data);
    await workbench.quickPick(data).click();
    for (const answer of asked?.answers ?? []) await workbench.quickPick(answer).click();
  }

  /** Opens what fits worst, sees it shown and closes it again. */
  async function opensWorst({ title, status }: NonNullable<Case['opens']>): Promise<void> {
    await workbench.panel().locator('button.worst-one').first().click();
    await workbench.tab(title).waitFor();
    await workbench.page.locator('.statusbar-item', { hasText: status }).first().waitFor();
    await workbench.closeTab(title);
  }

  it('has a dataset of each layout', () => {
    assert.deepEqual(Object.keys(layoutCases).sort(), datasetLayouts.map(l => l.id).sort());
    for (const [id, some] of Object.entries(layoutCases))
      for (const { data } of some) assert.equal(reports.get(data)?.dataset.layout, id, data);
  });

  for (const one of cases.filter(({ data }) => data !== 'folders'))
    it(`${one.data} by ${one.model}`, async () => {
      await scoreByModel(one);
      await sameAs(reports.get(one.data) as Report);
      if (one.opens) await opensWorst(one.opens);
    });

  it('folders of folders, whose level is asked for', async () => {
    await workbench.runCommand('workbench.view.explorer', 'View: Show Explorer');
    await workbench.chooseFromExplorerMenu('folders', 'Rank Models for This Dataset');
    await workbench.quickPick('one class for each folder').click();
    await workbench.quickPick('float32').waitFor();
    // All are ticked: none, and then one.
    await workbench.page.getByRole('checkbox', { name: 'Toggle all checkboxes' }).click();
    await workbench.quickPick('float32').click();
    await workbench.page.keyboard.press('Enter');
    await sameAs(reports.get('folders') as Report);
  });

  it('a folder with a model of each format that runs', async () => {
    await workbench.chooseFromExplorerMenu('formats', 'Score Transferability');
    await workbench.quickPick('digits').click();
    const report = reports.get('formats') as Report;
    await sameAs(report);
    const run = new Set([...reports.values()].flatMap(r => r.models.map(m => m.format)));
    const running = modelFormats.filter(({ state }) => state === 'runs').map(({ id }) => id);
    assert.deepEqual([...run].sort(), running.sort());
  });

  it('a folder of models that are recognised alone, each with its script', async () => {
    await workbench.chooseFromExplorerMenu('weights', 'Score Transferability');
    await workbench.quickPick('digits').click();
    for (const [name, beginning] of Object.entries(scripts)) {
      const button = `Copy the export script of ${name}`;
      await workbench.panel().getByRole('button', { name: button }).click();
      await clipboard(beginning);
    }
    const others = modelFormats.filter(({ state }) => state !== 'runs');
    assert.equal(others.length, Object.keys(scripts).length);
  });
});
