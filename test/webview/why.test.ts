import assert from 'node:assert/strict';
import type { Fits } from '../../src/protocol/fits.js';
import { fits } from '../fixtures/panel/kinds.js';
import * as states from '../fixtures/panel/states.js';
import { panels } from './panels.js';

const many: Fits = {
  ...fits,
  classes: Array.from({ length: 300 }, (_, i) => ({
    ...fits.classes[0],
    name: `class ${i}`,
    share: -i / 1000,
  })),
};

/** A sample of each kind of place. */
const placed: Fits = {
  ...fits,
  samples: [
    ...fits.samples,
    {
      ...fits.samples[0],
      ...{ name: 'digits.npz#7', suspect: false },
      place: { kind: 'copy', file: '/data/digits.npz', row: 7 },
    },
    {
      ...fits.samples[1],
      ...{ name: 'rows.npz#3', text: '1  2.5' },
      place: { kind: 'row', file: '/data/rows.npz' },
    },
  ],
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
        '“nine” costs most: −0.190 of −0.300 nats (63\u00a0%). The source class that carries it, “4”, carries “four” too.',
      )
      .waitFor();
    const widths = await panel.page
      .locator('.share-bar rect')
      .evaluateAll(bars => bars.map(bar => Number(bar.getAttribute('width'))));
    assert.ok(Math.abs(widths[1] / widths[0] - 0.09 / 0.19) < 1e-9, 'bars are to scale');
  });

  it('saves the shares at full precision', async () => {
    const panel = await opened();
    await panel.page.getByRole('button', { name: 'Save “What each class costs” as CSV' }).click();
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

  it('opens a sample by a click and shows its file in the Explorer by a right click', async () => {
    const panel = await opened({ fits: () => placed });
    const image = panel.page.getByRole('button', { name: /nine\/17\.png: labelled nine/ });
    assert.equal(
      await image.locator('.sr-only').innerText(),
      'nine/17.png: labelled nine, log-likelihood −6.200 nats; more likely four (93\u00a0%); probably labelled wrong',
    );
    const hints = [
      ['nine/17.png', 'Click opens it, right-click shows it in the Explorer.'],
      ['texts.csv#12', 'Click opens its line, right-click shows the file in the Explorer.'],
      ['digits.npz#7', 'Click opens a copy, right-click shows its file in the Explorer.'],
    ];
    for (const [name, hint] of hints) {
      const card = panel.page.locator('button.worst-one', { hasText: name });
      assert.ok((await card.getAttribute('title'))?.endsWith(`\n${hint}`), name);
      await card.click();
      await card.click({ button: 'right' });
    }
    await panel.page.waitForTimeout(200);
    const places = placed.samples.slice(0, 3).map(({ place }) => place);
    assert.deepEqual(panel.called('open'), places);
    assert.deepEqual(
      panel.called('reveal'),
      places.map(place => ({ path: place?.file })),
    );
    assert.equal(await panel.page.locator('.worst-text').first().innerText(), 'a text <b>');
    assert.equal(await panel.page.locator('.worst-one.suspect').count(), 1);
  });

  it('lets nothing be clicked of a row of numbers, and copies where it is', async () => {
    const panel = await opened({ fits: () => placed });
    const card = panel.page.locator('.worst-one', { hasText: 'rows.npz#3' });
    assert.equal(await card.evaluate(element => element.tagName), 'SPAN');
    assert.equal(await card.evaluate(element => getComputedStyle(element).cursor), 'auto');
    assert.doesNotMatch((await card.getAttribute('title')) ?? '', /Click/);
    await card.getByRole('button', { name: 'Copy “rows.npz#3”' }).click();
    await card.getByText('Copied').waitFor();
    assert.deepEqual(panel.called('copy'), [{ text: 'rows.npz#3' }]);
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
});
