import assert from 'node:assert/strict';
import type { HeatmapRequest } from '../../src/protocol/heatmap.js';
import * as states from '../fixtures/panel/states.js';
import { conditional, weightOf } from '../support/conditional.js';
import type { Panel } from '../support/panelHost.js';
import { themes } from '../support/themes.js';
import { panels } from './panels.js';

const heatmap = states.digitsHeatmap;
const box = (panel: Panel) => panel.page.getByRole('application');
/** Waits for a reading: what it is of may have to be fetched. */
const read = async (panel: Panel, right: (text: string) => boolean) => {
  for (let i = 0; i < 100 && !right(await reading(panel)); i++) await panel.page.waitForTimeout(30);
  const text = await reading(panel);
  assert.ok(right(text), text);
  return text;
};
/** Whether all rows and columns are in view. */
const fits = (panel: Panel) =>
  box(panel).evaluate(
    e => e.scrollHeight <= e.clientHeight + 1 && e.scrollWidth <= e.clientWidth + 1,
  );
const reading = (panel: Panel) => panel.page.locator('#heatmap-reading').innerText();
/** Colours of the canvas at points of the box, CSS pixels. */
const pixels = (panel: Panel, points: [number, number][]) =>
  panel.page
    .locator('.heatmap canvas')
    .evaluate(
      (canvas, at) =>
        at.map(([x, y]) => [
          ...(canvas as HTMLCanvasElement)
            .getContext('2d')!
            .getImageData(x * devicePixelRatio, y * devicePixelRatio, 1, 1).data,
        ]),
      points,
    );

/** Points at cells until their text is there, and returns the text. */
async function readingAt(panel: Panel, x: number, y: number): Promise<string> {
  const frame = (await box(panel).boundingBox())!;
  await panel.page.mouse.move(frame.x + x, frame.y + y);
  return panel.page.locator('.tooltip').innerText();
}

describe('the heatmap', () => {
  const open = panels();

  it('is of the leader first, and of the selected model then', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    await box(panel).waitFor();
    await panel.page.locator('tr[data-id="digits-random"]').click();
    await panel.page.getByRole('heading', { name: 'P(y|z) of digits-random' }).waitFor();
    await panel.page.locator('tr[data-id="digits-cnn"]').click();
    await box(panel).waitFor();
    const asked = panel.called('heatmap') as HeatmapRequest[];
    assert.deepEqual(
      asked.map(({ run, model }) => `${run} ${model}`),
      ['run-1 digits-cnn', 'run-1 digits-random'],
      'once each: nothing more is there to be fetched of a small one',
    );
  });

  it('reads a cell under the pointer', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    const data = heatmap('digits-cnn')!;
    const at = 4 * 10 + 4;
    const frame = (await box(panel).boundingBox())!;
    let found = '';
    for (let x = 100; x < frame.width && !found.startsWith('4 → four'); x += 40)
      found = await readingAt(panel, x, 24 + 4.5 * 26).catch(() => '');
    const two = (p: number) => (p < 0.005 ? '<0.01' : p.toFixed(2));
    assert.equal(
      found,
      `4 → four: P(y|z) ${two(conditional(data, 4, 4))}, P(z) ${two(weightOf(data, 4))}, ${data.hard[at]} samples`,
    );
    await panel.page.mouse.move(5, 5);
    assert.equal(await panel.page.locator('.tooltip').count(), 0);
  });

  it('reads its cells by keyboard, to a live region', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    await box(panel).focus();
    await read(panel, text => /^0 → zero: P\(y\|z\) 0\.86, P\(z\) /.test(text));
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown'])
      await panel.page.keyboard.press(key);
    await read(panel, text => text.startsWith('1 → two: '));
    await panel.page.keyboard.press('Control+End');
    await read(panel, text => text.startsWith('9 → nine: '));
    await panel.page.keyboard.press('ArrowDown');
    assert.match(await reading(panel), /^9 → nine: /);
    await panel.page.keyboard.press('Home');
    await read(panel, text => text.startsWith('9 → zero: '));
    assert.equal(await panel.page.locator('#heatmap-reading').getAttribute('role'), 'status');
  });

  it('shows the heaviest source classes first, and all on request', async () => {
    const panel = await open({ state: states.thousand, heatmap: states.thousandHeatmap });
    await box(panel).focus();
    await panel.page.keyboard.press('Control+End');
    const last = await read(panel, text => text.includes(' → '));
    const dropdown = panel.page.getByLabel('Source classes shown');
    await dropdown.click();
    await panel.page.getByRole('option', { name: 'All 1,000 source classes' }).click();
    await box(panel).focus();
    assert.ok(await fits(panel), 'as a whole first');
    await panel.page.keyboard.press('0');
    await panel.page.keyboard.press('Control+Home');
    await panel.page.keyboard.press('Control+End');
    await read(panel, text => text !== last);
    const { scrollTop, scrollHeight, clientHeight } = await box(panel).evaluate(e => ({
      scrollTop: e.scrollTop,
      scrollHeight: e.scrollHeight,
      clientHeight: e.clientHeight,
    }));
    assert.ok(scrollHeight > 1000 * 19);
    assert.ok(Math.abs(scrollTop + clientHeight - scrollHeight) < 3, 'the cursor is in view');
  });

  it('filters source classes by name', async () => {
    const panel = await open({ state: states.thousand, heatmap: states.thousandHeatmap });
    await panel.page.getByRole('textbox', { name: 'Filter source classes' }).fill('CLASS 77');
    await panel.page.getByRole('application', { name: /11 source classes/ }).focus();
    await read(panel, text => /^source class 77\d? → target class 1:/.test(text));
    await panel.page.getByRole('textbox', { name: 'Filter source classes' }).fill('tabby');
    await panel.page.getByText('No source class matches “tabby”.').waitFor();
  });

  it('zooms from single cells to the whole', async () => {
    const panel = await open({ state: states.thousand, heatmap: states.thousandHeatmap });
    const size = () => box(panel).evaluate(e => [e.scrollWidth, e.scrollHeight, e.clientHeight]);
    await box(panel).focus();
    const [width, height] = await size();
    for (let i = 0; i < 4; i++) await panel.page.keyboard.press('+');
    const [zoomedWidth, zoomedHeight] = await size();
    assert.ok(zoomedWidth > width * 1.5 && zoomedHeight > height * 1.5);
    for (let i = 0; i < 30; i++) await panel.page.keyboard.press('-');
    assert.ok(await fits(panel), 'all rows fit');
    await panel.page.keyboard.press('+');
    assert.ok(!(await fits(panel)), 'and one step back is a step');
    await panel.page.keyboard.press('0');
    assert.deepEqual((await size()).slice(0, 2), [width, height]);
    const frame = (await box(panel).boundingBox())!;
    await panel.page.mouse.move(frame.x + 400, frame.y + 200);
    await panel.page.keyboard.down('Control');
    await panel.page.mouse.wheel(0, -100);
    await panel.page.keyboard.up('Control');
    await panel.page.waitForFunction(
      before => document.querySelector('.heatmap-box')!.scrollHeight > before,
      height,
    );
  });

  it('zooms by buttons, and is scrolled by dragging and by Shift and arrow keys', async () => {
    const panel = await open({ state: states.thousand, heatmap: states.thousandHeatmap });
    const at = () => box(panel).evaluate(e => [e.scrollLeft, e.scrollTop]);
    const size = () => box(panel).evaluate(e => e.scrollHeight);
    await box(panel).focus();
    const usual = await size();
    for (let i = 0; i < 4; i++) await panel.page.getByRole('button', { name: 'Zoom in' }).click();
    assert.ok((await size()) > usual * 1.5);
    await box(panel).focus();
    const before = await read(panel, text => text.includes(' → '));
    await box(panel).evaluate(e => e.scrollTo(0, 0));
    await panel.page.keyboard.press('Shift+ArrowDown');
    await panel.page.keyboard.press('Shift+ArrowRight');
    assert.deepEqual(await at(), [80, 80]);
    assert.equal(await reading(panel), before, 'the cursor stays');
    const frame = (await box(panel).boundingBox())!;
    await panel.page.mouse.move(frame.x + 500, frame.y + 300);
    await panel.page.mouse.down();
    await panel.page.mouse.move(frame.x + 470, frame.y + 260);
    await panel.page.mouse.up();
    assert.deepEqual(await at(), [110, 120]);
    await panel.page.mouse.move(frame.x + 300, frame.y + 100);
    assert.deepEqual(await at(), [110, 120], 'and lets go');
    await panel.page.getByRole('button', { name: '1:1, usual size' }).click();
    assert.equal(await size(), usual);
  });

  it('is saved as a picture and as numbers', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    const saves = panel.page.locator('.heatmap-tools');
    await saves.getByRole('button', { name: 'as PNG' }).click();
    await saves.getByRole('button', { name: 'as CSV' }).click();
    await panel.page.waitForTimeout(200);
    const [picture] = panel.called('save') as { name: string; base64?: string }[];
    assert.equal(picture.name, 'digits-cnn-heatmap.png');
    assert.equal(Buffer.from(picture.base64!, 'base64').subarray(1, 4).toString(), 'PNG');
    // The numbers are written by the editor: the page has not got them all.
    assert.deepEqual(panel.called('saveHeatmap'), [
      { run: 'run-1', model: 'digits-cnn', name: 'digits-cnn-heatmap.csv' },
    ]);
    assert.equal(await saves.getByRole('button', { name: 'as PNG of all' }).count(), 0);
  });

  it('has a table with the same numbers', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    await panel.page.getByRole('checkbox', { name: 'Show as table' }).click();
    const table = panel.page.locator('table.matrix');
    const data = heatmap('digits-cnn')!;
    assert.deepEqual(await table.locator('thead th').allInnerTexts(), [
      'Source class',
      'P(z)',
      ...data.targetClasses,
    ]);
    const row = await table.locator('tbody tr').nth(4).locator('td').allInnerTexts();
    assert.equal(row.length, 11);
    assert.equal(row[5], conditional(data, 4, 4).toFixed(2));
    assert.equal(await panel.page.locator('.heatmap canvas').count(), 0);
  });

  it('takes its colours from the theme and draws again when that changes', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    await box(panel).waitFor();
    await panel.page.waitForTimeout(100);
    // A corner of the first cell (0.86) and of the last of its row (0.01), beside their numbers.
    const frame = (await box(panel).boundingBox())!;
    const points: [number, number][] = [
      [90, 30],
      [frame.width - 250, 30],
    ];
    const [bright, dim] = await pixels(panel, points);
    assert.ok(bright[2] > dim[2] + 60, 'a high value is brighter on a dark theme');
    await panel.setTheme(themes.light);
    await panel.page.waitForTimeout(100);
    const [dark, pale] = await pixels(panel, points);
    assert.ok(dark[0] + 60 < pale[0], 'a high value is darker on a light theme');
    const legend = await panel.page.locator('.legend text').allTextContents();
    assert.deepEqual(legend, ['0', '0.25', '0.5', '0.75', '1']);
  });

  it('says when there is none', async () => {
    const panel = await open({ state: states.fourDigits, heatmap: () => null });
    await panel.page.getByText('The heatmap of this model is not stored').waitFor();
    await panel.push(states.fourDigits);
    assert.equal(panel.called('heatmap').length, 1, 'and does not ask again and again');
  });

  it('says of a run that ended early what there will not be, and goes on with it', async () => {
    const { report } = states.underWay;
    const words = (panel: Panel) => panel.page.locator('.instead-of-heatmap').innerText();
    const panel = await open({ state: { ...states.justStarted, status: 'cancelled' } });
    assert.match(await words(panel), /^The run was cancelled before any model was scored/);
    await panel.page.locator('.instead-of-heatmap vscode-button').click();
    assert.deepEqual(panel.called('retry'), [null]);
    await panel.push({ ...states.justStarted, status: 'failed' });
    assert.match(await words(panel), /^The run stopped before any model was scored.*Run Again$/s);
    await panel.push({ ...states.cancelled, report });
    await panel.page.locator('tr[data-id="letters-cnn"]').click();
    assert.match(await words(panel), /^The run was cancelled before this model was scored/);
    await panel.push({ ...states.underWay, report });
    assert.equal(await words(panel), 'The heatmap appears when this model is scored.');
  });

  it('says why it cannot be had', async () => {
    const panel = await open({
      state: states.fourDigits,
      heatmap: () => {
        throw new Error('the store is gone');
      },
    });
    await panel.page.locator('.instead-of-heatmap', { hasText: 'the store is gone' }).waitFor();
  });

  it('draws names as they are', async () => {
    const panel = await open({ state: states.hostile, heatmap: states.hostileHeatmap });
    await box(panel).focus();
    await read(panel, text => text.startsWith('<script>alert(1)</script> → <script>'));
  });
});
