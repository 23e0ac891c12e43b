import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messages } from '../../src/protocol/messages.js';
import * as states from '../fixtures/panel/states.js';
import { root } from '../support/referenceData.js';
import { panels } from './panels.js';

const heatmap = states.digitsHeatmap;
const chinese: Record<string, string> = JSON.parse(
  readFileSync(join(root, 'l10n/bundle.l10n.zh-cn.json'), 'utf8'),
);

describe('the view', () => {
  const open = panels();

  it('is found again after a reload: run, order, filter, model and heatmap', async () => {
    const first = await open({ state: states.fourDigits, heatmap });
    await first.page.locator('.ranking').getByRole('button', { name: 'Size', exact: true }).click();
    await first.page.getByRole('textbox', { name: 'Filter models' }).fill('cnn');
    await first.page.locator('tr[data-id="letters-cnn"]').click();
    await first.page.getByRole('textbox', { name: 'Filter source classes' }).fill('k');
    await first.page.getByRole('checkbox', { name: 'Show as table' }).click();
    await first.page.locator('table.matrix').waitFor();
    assert.equal((first.kept as { run: string }).run, 'run-1');

    const second = await open({ state: states.fourDigits, heatmap, kept: first.kept });
    await second.page.locator('table.matrix').waitFor();
    const rows = second.page.locator('.ranking tbody tr');
    assert.deepEqual(await rows.evaluateAll(all => all.map(r => (r as HTMLElement).dataset.id)), [
      'digits-cnn',
      'letters-cnn',
    ]);
    assert.equal(await rows.nth(1).getAttribute('aria-selected'), 'true');
    assert.deepEqual(await second.page.locator('table.matrix tbody th').allInnerTexts(), ['K']);
    assert.deepEqual(second.kept, first.kept);
  });

  it('is found again by a new page, as the editor kept it', async () => {
    const first = await open({ state: states.fourDigits, heatmap });
    await first.page.getByRole('textbox', { name: 'Filter models' }).fill('cnn');
    await first.page.locator('tr[data-id="letters-cnn"]').click();
    const { view } = first.called('keepView').at(-1) as { view: string };

    const second = await open({ state: { ...states.fourDigits, view }, heatmap });
    await second.page.locator('tr[data-id="letters-cnn"][aria-selected="true"]').waitFor();
    assert.equal(await second.page.locator('.ranking tbody tr').count(), 2);
  });

  it('starts afresh with what it cannot read', async () => {
    const kept = { run: 3, sort: 'up', heatmap: { top: 7, zoom: 'x' }, model: {} };
    const panel = await open({ state: states.fourDigits, heatmap, kept });
    await panel.page.getByRole('application').waitFor();
    assert.equal(await panel.page.locator('.ranking tbody tr').count(), 4);
  });

  it('keeps the report where a push says nothing of it, and drops it where there is none', async () => {
    const panel = await open({ state: states.underWay, heatmap });
    const rows = panel.page.locator('.ranking tbody tr[data-id] .score');
    const scores = await rows.allInnerTexts();
    assert.ok(scores.length > 0);
    const { report, progress, ...others } = states.underWay;
    await panel.push({ ...others, progress: progress && { ...progress, secondsLeft: 7 } });
    await panel.page.getByText('About 7 s left').first().waitFor();
    assert.deepEqual(await rows.allInnerTexts(), scores);
    await panel.push({ ...others, run: 'run-2', progress, report: null });
    await rows.first().waitFor({ state: 'detached' });
  });

  it('forgets the model and the filter when another run is shown', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    await panel.page.getByRole('textbox', { name: 'Filter models' }).fill('random');
    await panel.page.locator('tr[data-id="digits-random"]').click();
    await panel.push({ ...states.partlyFailed, run: 'run-2' });
    assert.equal(await panel.page.locator('.ranking tbody tr').count(), 4);
    await panel.page.getByRole('heading', { name: 'P(y|z) of digits-cnn' }).waitFor();
    assert.equal((panel.kept as { run: string }).run, 'run-2');
  });

  it('is in the language of the editor, texts of other rooms included', async () => {
    const panel = await open({
      state: { ...states.partlyFailed, strings: chinese, locale: 'zh-cn' },
      heatmap,
    });
    assert.equal(await panel.page.evaluate(() => document.documentElement.lang), 'zh-cn');
    assert.equal(await panel.page.getByRole('heading', { name: '排名' }).count(), 1);
    const failed = panel.page.locator('tr[data-id="digits-truncated"]');
    const template: string = messages['model.truncated'];
    assert.ok(template in chinese);
    assert.ok(
      (await failed.innerText()).includes(
        chinese[template].replace('{file}', 'models/digits-truncated.onnx'),
      ),
    );
  });

  it('translates reasons that come as whole sentences', async () => {
    const panel = await open({
      state: { ...states.tenWithTies, strings: chinese, locale: 'zh-cn' },
      heatmap,
    });
    const note = await panel.page.locator('.notes li').first().innerText();
    const template: string = messages['measure.optimistic'];
    assert.equal(note, chinese[template].replace('{n}', '2000').replace('{classes}', '1000'));
  });
});

describe('the texts of the page', () => {
  const sources = readdirSync(join(root, 'webview'), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.tsx?$/.test(file))
    .map(file => ({ file, text: readFileSync(join(root, 'webview', file), 'utf8') }));

  it('are all translated', () => {
    const keys = sources.flatMap(({ text }) =>
      [...text.matchAll(/\bt\(\s*'((?:[^'\\]|\\.)*)'/g)].map(match =>
        match[1].replace(/\\'/g, "'"),
      ),
    );
    assert.ok(keys.length > 80);
    assert.deepEqual(
      [...new Set(keys)].filter(key => !(key in chinese)),
      [],
    );
  });

  it('are given as literals, so that they can be found', () => {
    for (const { file, text } of sources)
      if (file !== 'l10n.ts') assert.deepEqual(text.match(/\bt\(\s*[^'\s)]/g), null, file);
  });

  it('never become markup, and no style is written inline', () => {
    for (const { file, text } of sources)
      assert.doesNotMatch(
        text,
        /innerHTML|outerHTML|insertAdjacentHTML|setAttribute\('style'/,
        file,
      );
  });

  it('leaves the toolkit to one file', () => {
    const users = sources.filter(({ text }) => text.includes('@vscode/webview-ui-toolkit'));
    assert.deepEqual(
      users.map(({ file }) => file),
      ['controls.ts'],
    );
  });
});
