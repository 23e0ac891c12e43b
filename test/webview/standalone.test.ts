import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { cellsOfFile, packJoint, packJoints } from '../../src/heatmap/index.js';
import type { Fits } from '../../src/protocol/fits.js';
import { toHtml } from '../../src/report/html.js';
import { savedFits } from '../../src/report/savedFits.js';
import type { Report } from '../../src/report/schema.js';
import { fits } from '../fixtures/panel/kinds.js';
import { jointOf } from '../fixtures/panel/random.js';
import * as states from '../fixtures/panel/states.js';
import { launchBrowser } from '../support/browser.js';
import { axeSource } from '../support/panelHost.js';
import { root } from '../support/referenceData.js';
import { scratch } from '../support/scratch.js';
import { screenshot } from './panels.js';

const built = (name: string) => readFileSync(join(root, 'dist', name), 'utf8');
const chinese: Record<string, string> = JSON.parse(
  readFileSync(join(root, 'l10n/bundle.l10n.zh-cn.json'), 'utf8'),
);

function fileOf(report: Report, locale: 'en' | 'zh-cn', fits: readonly Fits[] = []): string {
  return toHtml(report, fits, {
    script: built('webview.js'),
    styles: [built('standalone.css'), built('webview.css')],
    strings: locale === 'en' ? {} : chinese,
    locale,
    nonce: 'dGVzdC1ub25jZS0xMjM0NQ==',
  });
}

describe('a saved page', () => {
  let browser: Browser;
  let paired: Report;
  before(async () => {
    const packedJoints = await packJoints(
      states.digitModels.map(({ id }) => id),
      async id => states.digitsHeatmap(id) ?? null,
      cellsOfFile.html,
    );
    paired = { ...states.paired.report!, packedJoints };
    browser = await launchBrowser();
  });
  after(() => browser.close());

  /** Opens the file as a colleague would, without a network, and notes all that it asks for and all that goes wrong. */
  async function open(html: string, options: { dark?: boolean; width?: number } = {}) {
    const file = join(scratch(), 'report.html');
    writeFileSync(file, html);
    const context = await browser.newContext({
      offline: true,
      colorScheme: options.dark ? 'dark' : 'light',
      viewport: { width: options.width ?? 1200, height: 900 },
      acceptDownloads: true,
    });
    const page = await context.newPage();
    const asked: string[] = [];
    const wrong: string[] = [];
    page.on('request', request => asked.push(request.url()));
    page.on('pageerror', error => wrong.push(String(error)));
    page.on('console', message => {
      if (message.type() === 'error') wrong.push(message.text());
    });
    await page.goto(pathToFileURL(file).href);
    await page.locator('main:not(.opening)').waitFor();
    return { page, asked, wrong, file: pathToFileURL(file).href };
  }

  const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });

  for (const dark of [false, true])
    for (const locale of ['en', 'zh-cn'] as const)
      it(`is the panel, ${dark ? 'dark' : 'light'}, ${locale}: from a file, without a network`, async () => {
        const { page, asked, wrong, file } = await open(fileOf(paired, locale, [fits]), { dark });
        await heading(page, locale === 'en' ? 'Ranking' : '排名').waitFor();
        assert.equal(await page.locator('.ranking tbody tr[data-id]').count(), 4);
        await page.locator('.heatmap canvas').waitFor();
        await heading(page, locale === 'en' ? 'What each class costs' : '每个类别的代价').waitFor();
        assert.equal(await page.locator('.worst img').count(), 1);
        await page.locator('tr[data-id="digits-cnn"] input').check();
        await page.locator('tr[data-id="letters-cnn"] input').check();
        await page.locator('.small-heatmap canvas').nth(1).waitFor();
        await page.waitForTimeout(300);
        const name = `saved-${dark ? 'dark' : 'light'}-${locale}`;
        await page.screenshot({ path: screenshot(name), fullPage: true });
        await page.evaluate(axeSource);
        const found = (await page.evaluate(
          `axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => v.id + ' ' + v.nodes.map(n => n.html).join(' ')))`,
        )) as string[];
        assert.deepEqual(found, []);
        assert.deepEqual(
          asked.filter(url => url !== file && !/^(data|blob):/.test(url)),
          [],
        );
        assert.deepEqual(wrong, []);
        for (const text of ['Run Again', 'Export…', 'Correct…'])
          assert.equal(await page.getByRole('button', { name: text }).count(), 0, text);
      });

  it('shows why a model scores as it does, and says of which models it does not', async () => {
    const saved = await savedFits(paired, async model => ({ ...fits, model }));
    const { page, wrong } = await open(fileOf(paired, 'en', saved));
    const names = page.locator('table.shares tbody th');
    await names.first().waitFor();
    assert.deepEqual(await names.allInnerTexts(), ['nine', 'four', 'zero']);
    assert.deepEqual(await page.locator('.worst-label').allInnerTexts(), ['nine', 'zero']);
    assert.equal(await page.locator('button.worst-one').count(), 0, 'there is no file to open');
    await page.locator('tr[data-id="digits-random"]').click();
    await page.getByText('classes and images of the first 3 models of the ranking').waitFor();
    const without = await open(fileOf(paired, 'en'));
    await without.page.locator('.heatmap canvas').waitFor();
    assert.equal(await without.page.locator('.why').count(), 0);
    assert.deepEqual([...wrong, ...without.wrong], []);
  });

  it('saves its charts as downloads', async () => {
    const { page, wrong } = await open(fileOf(paired, 'en'));
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save “Measure against measure” as CSV' }).click();
    const download = await waiting;
    assert.equal(download.suggestedFilename(), 'leepLoo-leep.csv');
    assert.match(
      readFileSync(await download.path(), 'utf8'),
      /^\ufeffmodel,leep,leepLoo\r\ndigits-cnn,/,
    );
    assert.deepEqual(wrong, []);
  });

  it('holds the heaviest source classes of a large matrix, says so, and saves their numbers', async () => {
    const names = (what: string, n: number) => Array.from({ length: n }, (_, i) => `${what} ${i}`);
    const joint = jointOf('imagenet', names('source', 3000), names('target', 400), 90_000, 6);
    const packedJoints = [await packJoint(joint, cellsOfFile.html)];
    const html = fileOf({ ...states.thousand.report!, packedJoints }, 'en');
    assert.ok(html.length < 5_000_000, `${html.length} characters`);
    const { page, wrong } = await open(html);
    await page
      .getByText(
        'This file holds the 999 heaviest source classes one by one; the other 2,001 are one row together.',
      )
      .waitFor();
    await page.getByRole('application').waitFor();
    const waiting = page.waitForEvent('download');
    await page.locator('.heatmap-tools').getByRole('button', { name: 'as CSV' }).click();
    const download = await waiting;
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    assert.equal(lines.length, 1001);
    const shares = lines.slice(1).map(line => Number(line.split(',')[1]));
    assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-6, 'P(z) of all');
    assert.deepEqual(wrong, []);
  });

  it('shows names as text, whatever they hold', async () => {
    const report = structuredClone(states.hostile.report!);
    report.dataset.name = '</title><script>document.title = "run"</script>';
    report.models[0].name = '</script><script>document.title = "run"</script><!--<script>';
    const { page, wrong } = await open(fileOf(report, 'en'));
    assert.equal(
      await page.locator('.ranking .name-text').first().innerText(),
      report.models[0].name,
    );
    assert.notEqual(await page.title(), 'run');
    assert.equal(await page.locator('main script, main img').count(), 0);
    assert.deepEqual(wrong, []);
  });
});
