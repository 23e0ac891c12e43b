import assert from 'node:assert/strict';
import type { HeatmapRequest } from '../../src/protocol/heatmap.js';
import type { Joint } from '../../src/protocol/worker.js';
import { jointOf } from '../fixtures/panel/random.js';
import * as states from '../fixtures/panel/states.js';
import { conditional } from '../support/conditional.js';
import { axeSource, type Panel } from '../support/panelHost.js';
import { themes } from '../support/themes.js';
import { panels, screenshot } from './panels.js';

const [sources, targets] = [5000, 1000];
const names = (what: string, n: number) => Array.from({ length: n }, (_, i) => `${what} ${i}`);
let joint: Joint;
/** Source classes in the order of the rows, by the definition of that order. */
let order: number[];

/** Names at the ends of a block that is read out, or the one name of a single class. */
const span = '(?:[\\d,]+ classes \\((.+?) … (.+?)\\)|(.+?))';
const spoken = new RegExp(`^${span} → ${span}: P\\(y\\|z\\) (?:up to )?(<?[\\d.]+)`);

const box = (panel: Panel) => panel.page.getByRole('application');
const press = async (panel: Panel, key: string, times = 1) => {
  for (let i = 0; i < times; i++) await panel.page.keyboard.press(key);
};

/** Waits until no part is on its way, and returns what is read out. */
async function settled(panel: Panel): Promise<string> {
  let before = -1;
  for (let i = 0; i < 100 && before !== panel.called('heatmap').length; i++) {
    before = panel.called('heatmap').length;
    await panel.page.waitForTimeout(250);
  }
  return panel.page.locator('#heatmap-reading').innerText();
}

/** Checks a reading against the largest of the cells that it names, from the joint itself. */
function checkReading(text: string): { cells: number } {
  const found = spoken.exec(text);
  assert.ok(found, text);
  const number = (name: string) => Number(name.split(' ').pop());
  const [z0, z1] = [found[1] ?? found[3], found[2] ?? found[3]].map(name =>
    order.indexOf(number(name)),
  );
  const [y0, y1] = [found[4] ?? found[6], found[5] ?? found[6]].map(number);
  let largest = 0;
  for (let row = z0; row <= z1; row++)
    for (let y = y0; y <= y1; y++) largest = Math.max(largest, conditional(joint, order[row], y));
  assert.equal(found[7], largest > 0 && largest < 0.005 ? '<0.01' : largest.toFixed(2), text);
  return { cells: (z1 - z0 + 1) * (y1 - y0 + 1) };
}

describe('a heatmap of 5000 source classes by 1000 target classes', function () {
  this.timeout(120_000);
  const open = panels();
  const whole = (more: object = {}) =>
    open({
      state: states.thousand,
      heatmap: () => joint,
      kept: { run: 'run-1', heatmap: { top: 'all', zoom: 0.0001 } },
      ...more,
    });

  before(() => {
    joint = jointOf('imagenet', names('source', sources), names('target', targets), 200_000, 7, 5);
    const weight = new Float64Array(sources);
    const carried = new Int32Array(sources);
    for (let z = 0; z < sources; z++) {
      let most = -1;
      for (let y = 0; y < targets; y++) {
        const n = joint.soft[y * sources + z];
        weight[z] += n;
        if (n > most) [most, carried[z]] = [n, y];
      }
    }
    order = [...weight.keys()].sort(
      (a, b) => carried[a] - carried[b] || weight[b] - weight[a] || a - b,
    );
  });

  it('is looked at as a whole, in blocks whose values are the largest of their cells', async () => {
    const panel = await whole();
    await box(panel).focus();
    const first = checkReading(await settled(panel));
    assert.ok(first.cells > 10);
    await panel.page
      .getByText(/Each colour, and each bar, is the largest of 32 source × 2 target/)
      .waitFor();
    await press(panel, 'ArrowDown', 7);
    await press(panel, 'ArrowRight', 5);
    checkReading(await settled(panel));
    await press(panel, 'Control+End');
    checkReading(await settled(panel));
  });

  it('is zoomed to single cells, whose values are those of the matrix', async () => {
    const panel = await whole();
    await box(panel).focus();
    await settled(panel);
    await press(panel, 'ArrowDown', 40);
    await press(panel, 'ArrowRight', 30);
    let cells = Number.POSITIVE_INFINITY;
    for (let step = 0; step < 14 && cells > 1; step++) {
      await press(panel, '+', 2);
      const now = checkReading(await settled(panel)).cells;
      assert.ok(now <= cells, 'zooming in never makes blocks larger');
      cells = now;
    }
    assert.equal(cells, 1);
    assert.equal(await panel.page.getByText('Each colour, and each bar').count(), 0);
    await press(panel, 'ArrowLeft');
    checkReading(await settled(panel));
  });

  it('keeps what is under the pointer there while it is zoomed', async () => {
    const panel = await whole();
    const frame = (await box(panel).boundingBox())!;
    const at = { x: frame.x + 700, y: frame.y + 350 };
    await panel.page.mouse.move(at.x, at.y);
    const tooltip = () => panel.page.locator('.tooltip').innerText();
    const rowsOf = (text: string) => {
      const found = spoken.exec(text);
      assert.ok(found, text);
      return [found[1] ?? found[3], found[2] ?? found[3]].map(name =>
        order.indexOf(Number(name.split(' ').pop())),
      );
    };
    const [from, to] = rowsOf(await tooltip());
    await panel.page.keyboard.down('Control');
    for (let i = 0; i < 12; i++) await panel.page.mouse.wheel(0, -100);
    await panel.page.keyboard.up('Control');
    await settled(panel);
    await panel.page.mouse.move(at.x + 1, at.y);
    const [first, last] = rowsOf(await tooltip());
    assert.ok(last - first < to - from, 'finer');
    assert.ok(last >= from - 2 && first <= to + 2, `${first} to ${last} in ${from} to ${to}`);
  });

  it('sends only what is in view, and not again what is there', async () => {
    const panel = await whole();
    await box(panel).focus();
    await settled(panel);
    await press(panel, '+', 12);
    await settled(panel);
    const asked = panel.called('heatmap') as HeatmapRequest[];
    for (const { rows, columns, block, cells } of asked.slice(1)) {
      const blocks =
        ((rows[1] - rows[0]) / block.rows) * ((columns[1] - columns[0]) / block.columns);
      assert.ok(blocks <= 121_000 && cells <= 240_000);
    }
    const last = asked[asked.length - 1];
    assert.ok(last.rows[1] - last.rows[0] < sources / 2, 'a part of the rows');
    // A step of the cursor, or of the scroll bar, stays within what was fetched around it.
    const before = panel.called('heatmap').length;
    await press(panel, 'Shift+ArrowDown');
    await press(panel, 'ArrowDown');
    await settled(panel);
    assert.equal(panel.called('heatmap').length, before);
    await press(panel, 'Control+End');
    checkReading(await settled(panel));
    assert.ok(panel.called('heatmap').length > before);
  });

  it('has a table of the part that is read, with its place in the whole', async () => {
    const panel = await whole();
    await panel.page.getByRole('checkbox', { name: 'Show as table' }).click();
    const table = panel.page.getByRole('table', { name: '' }).and(panel.page.locator('.matrix'));
    await table.waitFor();
    assert.equal(await table.getAttribute('aria-rowcount'), '5001');
    assert.equal(await table.getAttribute('aria-colcount'), '1002');
    await panel.page.getByText('Source classes 1 to 50 of 5,000').waitFor();
    await panel.page.getByText('Target classes 1 to 100 of 1,000').waitFor();
    await panel.page.getByRole('button', { name: 'Source classes after' }).click();
    await panel.page.getByRole('button', { name: 'Target classes after' }).click();
    await panel.page.getByRole('columnheader', { name: 'target 100', exact: true }).waitFor();
    const row = table.locator('tbody tr').nth(3);
    const z = order[53];
    await table.getByRole('rowheader', { name: joint.sourceClasses[z], exact: true }).waitFor();
    assert.equal(await row.getAttribute('aria-rowindex'), '55');
    assert.equal(await table.locator('tbody tr').count(), 50);
    const cells = await row.locator('td').allInnerTexts();
    assert.equal(cells.length, 101);
    for (const y of [100, 137, 199]) {
      const p = conditional(joint, z, y);
      assert.equal(cells[y - 99], p > 0 && p < 0.005 ? '<0.01' : p.toFixed(2));
    }
  });

  it('is saved as a picture of all rows, and of what is in view', async () => {
    const panel = await whole();
    await settled(panel);
    await panel.page.getByRole('button', { name: 'as PNG of all rows and columns' }).click();
    await panel.page.waitForFunction(() => true);
    await settled(panel);
    const [saved] = panel.called('save') as { name: string; base64: string }[];
    assert.equal(saved.name, 'imagenet-heatmap-all.png');
    const png = Buffer.from(saved.base64, 'base64');
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    // The heading and its edges included.
    assert.ok(
      width > 2000 && width <= 2424 && height > 2500 && height <= 3068,
      `${width} × ${height}`,
    );
    const requests = panel.called('heatmap') as HeatmapRequest[];
    assert.equal(requests[requests.length - 1].cells, 500_000);
  });

  it('stays whole for an answer that never comes, and asks for it again', async () => {
    const panel = await whole();
    await box(panel).focus();
    await settled(panel);
    panel.refuse.set('heatmap', new Error('busy'));
    await press(panel, '+', 6);
    await panel.page.waitForTimeout(300);
    assert.equal(await panel.page.locator('.heatmap canvas').count(), 1);
    panel.refuse.delete('heatmap');
    await press(panel, '+', 2);
    checkReading(await settled(panel));
  });

  for (const [name, theme] of Object.entries(themes))
    it(`${name}: is accessible, whole, zoomed and as a table`, async () => {
      const panel = await whole({ theme, reducedMotion: true });
      await settled(panel);
      await panel.page.evaluate(axeSource);
      const check = async (what: string) => {
        await panel.page
          .locator('.heatmap')
          .screenshot({ path: screenshot(`large-${what}-${name}`) });
        const found = (await panel.page.evaluate(
          `axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => v.id + ' ' + v.nodes.map(n => n.html).join(' ')))`,
        )) as string[];
        assert.deepEqual(found, [], what);
      };
      await check('whole');
      await box(panel).focus();
      await press(panel, '+', 16);
      await settled(panel);
      await check('zoomed');
      await panel.page.getByRole('checkbox', { name: 'Show as table' }).click();
      await panel.page.locator('.matrix').waitFor();
      await check('table');
    });

  it('fits into 400 pixels, whole and as a table', async () => {
    const panel = await whole({ width: 400 });
    await settled(panel);
    const width = () => panel.page.evaluate(() => document.documentElement.scrollWidth);
    await panel.page.locator('.heatmap').screenshot({ path: screenshot('large-400') });
    assert.ok((await width()) <= 400);
    await panel.page.getByRole('checkbox', { name: 'Show as table' }).click();
    await panel.page.locator('.matrix').waitFor();
    await panel.page.locator('.heatmap').screenshot({ path: screenshot('large-table-400') });
    assert.ok((await width()) <= 400);
  });
});
