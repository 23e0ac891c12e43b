import assert from 'node:assert/strict';
import type { Fits } from '../../src/protocol/fits.js';
import * as states from '../fixtures/panel/states.js';
import { axeSource } from '../support/panelHost.js';
import { themes } from '../support/themes.js';
import { panels, screenshot } from './panels.js';

const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const fits: Fits = {
  model: 'digits-cnn',
  classes: [
    { name: 'zero', count: 40, share: -0.02, mean: -0.2, source: '0', other: null },
    { name: 'nine', count: 42, share: -0.19, mean: -1.9, source: '4', other: 'four' },
    { name: 'four', count: 41, share: -0.09, mean: -0.9, source: '4', other: 'nine' },
  ],
  samples: [
    {
      ...{ name: 'nine/17.png', file: '/data/nine/17.png', label: 'nine', logLikelihood: -6.2 },
      ...{ likeliest: 'four', probability: 0.93, suspect: true, image: pixel },
    },
    {
      ...{ name: 'row 12', file: null, label: 'zero', logLikelihood: -2.1 },
      ...{ likeliest: 'zero', probability: 0.12, suspect: false, text: 'a text <b>' },
    },
  ],
};
const many: Fits = {
  ...fits,
  classes: Array.from({ length: 300 }, (_, i) => ({
    ...fits.classes[0],
    name: `class ${i}`,
    share: -i / 1000,
  })),
};

describe('why a model scores as it does', () => {
  const open = panels();
  const opened = (more: object = {}) =>
    open({ state: states.fourDigits, heatmap: states.digitsHeatmap, fits: () => fits, ...more });

  it('lists the parts of classes, the costliest first, and says what that one shares', async () => {
    const panel = await opened();
    const names = panel.page.locator('table.shares tbody th');
    await names.first().waitFor();
    assert.deepEqual(await names.allInnerTexts(), ['nine', 'four', 'zero']);
    const values = await panel.page.locator('.share-value').allInnerTexts();
    assert.deepEqual(values, ['−0.190', '−0.090', '−0.020']);
    await panel.page
      .getByText(
        'nine costs most: −0.190 of −0.300 nats (63 %). The source class that carries it, 4, carries four too.',
      )
      .waitFor();
    const widths = await panel.page
      .locator('.share-bar rect')
      .evaluateAll(bars => bars.map(bar => Number(bar.getAttribute('width'))));
    assert.ok(Math.abs(widths[1] / widths[0] - 0.09 / 0.19) < 1e-9, 'bars are to scale');
  });

  it('saves the shares at full precision', async () => {
    const panel = await opened();
    await panel.page.getByRole('button', { name: 'Save the shares of all classes as CSV' }).click();
    await panel.page.waitForTimeout(200);
    const [{ name, text }] = panel.called('save') as { name: string; text: string }[];
    assert.equal(name, 'digits-cnn-classes.csv');
    assert.deepEqual(text.trimEnd().split(/\r?\n/), [
      'class,samples,share,mean,source,other',
      'nine,42,-0.19,-1.9,4,four',
      'four,41,-0.09,-0.9,4,nine',
      'zero,40,-0.02,-0.2,0,',
    ]);
  });

  it('opens an image by a click and shows it in the Explorer by a right click', async () => {
    const panel = await opened();
    const image = panel.page.getByRole('button', { name: /nine\/17\.png: labelled nine/ });
    assert.equal(
      await image.locator('.sr-only').innerText(),
      'nine/17.png: labelled nine, log-likelihood −6.200 nats; more likely four (93 %); probably labelled wrong',
    );
    await image.click();
    await image.click({ button: 'right' });
    await panel.page.waitForTimeout(200);
    assert.deepEqual(panel.called('open'), [{ path: '/data/nine/17.png' }]);
    assert.deepEqual(panel.called('reveal'), [{ path: '/data/nine/17.png' }]);
    assert.equal(await panel.page.locator('.worst-text').innerText(), 'a text <b>');
    assert.equal(await panel.page.locator('.worst-one.suspect').count(), 1);
  });

  it('shows few of many classes until all are asked for', async () => {
    const panel = await opened({ fits: () => many });
    const rows = panel.page.locator('table.shares tbody tr');
    await rows.first().waitFor();
    assert.equal(await rows.count(), 12);
    await panel.page.getByRole('button', { name: 'Show all 300 classes' }).click();
    assert.equal(await rows.count(), 300);
  });

  it('says why it cannot be had, and is not there where there is nothing', async () => {
    const broken = await opened({
      fits: () => {
        throw new Error('the store is gone');
      },
    });
    await broken.page.locator('.why', { hasText: 'the store is gone' }).waitFor();
    const none = await opened({ fits: () => null });
    await none.page.waitForTimeout(200);
    assert.equal(await none.page.locator('.why').count(), 0);
  });

  for (const [name, theme] of Object.entries(themes))
    it(`${name}: is accessible`, async () => {
      const panel = await opened({ theme });
      await panel.page.locator('.worst').waitFor();
      await panel.page.waitForTimeout(200);
      await panel.page.screenshot({ path: screenshot(`why-${name}`), fullPage: true });
      await panel.page.evaluate(axeSource);
      const found = (await panel.page.evaluate(`axe
        .run(document, { resultTypes: ['violations'] })
        .then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`)) as string[];
      assert.deepEqual(found, []);
    });

  // 200 % of zoom on 800 pixels is 400 pixels to the page.
  it('fits into 400 pixels', async () => {
    const panel = await opened({ width: 400 });
    await panel.page.locator('.worst').waitFor();
    await panel.page.waitForTimeout(200);
    await panel.page.screenshot({ path: screenshot('why-400'), fullPage: true });
    const wide = await panel.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 400, `${wide} > 400`);
  });
});
