import assert from 'node:assert/strict';
import * as states from '../fixtures/panel/states.js';
import { panels } from './panels.js';
import { header, order, row } from './rankingParts.js';

const heatmap = states.digitsHeatmap;

describe('a long ranking', () => {
  const open = panels();

  it('holds five hundred models: the rows in view are in the page, the rest is a scroll away', async () => {
    const panel = await open({ state: states.fiveHundred, heatmap });
    const box = panel.page.locator('.ranking .table-box');
    assert.ok((await order(panel)).length < 100);
    assert.equal(await panel.page.getByRole('grid').getAttribute('aria-rowcount'), '501');
    const whole = await box.evaluate(e => e.scrollHeight);
    assert.ok(whole > 500 * 32 && whole < 500 * 32 + 120, `${whole}`);
    await box.evaluate(e => e.scrollTo(0, 250 * 32));
    await row(panel, 'model-251').waitFor();
    assert.equal(await row(panel, 'model-251').getAttribute('aria-rowindex'), '252');
    assert.equal(await box.evaluate(e => e.scrollHeight), whole);
    const filter = panel.page.getByRole('textbox', { name: 'Filter models' });
    await filter.fill('model-49');
    assert.equal((await order(panel)).length, 10, 'the filter is over all of them');
    await filter.fill('');
    await box.evaluate(e => e.scrollTo(0, 250 * 32));
    await row(panel, 'model-251').waitFor();
    await filter.fill('model-4');
    assert.equal(await box.evaluate(e => e.scrollTop), 0, 'what is found begins at its first row');
    await row(panel, 'model-400').waitFor();
    await filter.fill('');
    await header(panel, 'Model').getByRole('button').click();
    await header(panel, 'Model').getByRole('button').click();
    assert.equal((await order(panel))[0], 'model-500');
  });

  it('is walked by keyboard to rows that are not in the page yet', async () => {
    const panel = await open({ state: states.fiveHundred, heatmap });
    const focused = () =>
      panel.page.evaluate(() => (document.activeElement as HTMLElement).dataset.id);
    await row(panel, 'model-001').focus();
    await panel.page.keyboard.press('End');
    assert.equal(await focused(), 'model-500');
    await panel.page.keyboard.press('ArrowUp');
    assert.equal(await focused(), 'model-499');
    await panel.page.keyboard.press('Home');
    assert.equal(await focused(), 'model-001');
    for (let k = 0; k < 40; k++) await panel.page.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'model-041');
    await panel.page.keyboard.press('PageDown');
    assert.ok(Number((await focused())?.slice(6)) > 45);
    const seen = await panel.page.evaluate(() => {
      const { top, bottom } = document.activeElement!.getBoundingClientRect();
      const box = document.querySelector('.ranking .table-box')!.getBoundingClientRect();
      return top >= box.top && bottom <= box.bottom + 1;
    });
    assert.ok(seen);
  });

  it('keeps the focus with the model, not with its place, when a long table is sorted', async () => {
    const panel = await open({ state: states.fiveHundred, heatmap });
    const press = (name: string) =>
      header(panel, name)
        .getByRole('button')
        // Unlike a click of the mouse, this does not take the focus.
        .evaluate(button => (button as HTMLElement).click());
    const focused = () =>
      panel.page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        return `${element.localName} of ${element.closest('tr')?.dataset.id}`;
      });
    const element = await row(panel, 'model-003').elementHandle();
    await row(panel, 'model-003').focus();
    await press('Model');
    await press('Rank');
    assert.equal(await focused(), 'tr of model-003');
    await row(panel, 'model-003').getByRole('checkbox').focus();
    await press('Model');
    assert.equal(await focused(), 'input of model-003');
    await press('Model');
    await row(panel, 'model-500').waitFor();
    assert.equal(await row(panel, 'model-003').count(), 0);
    assert.equal(await focused(), 'body of undefined', 'no other model gets it');
    // Rows are filled anew instead of being made anew.
    assert.equal(await element!.evaluate(e => (e as HTMLElement).dataset.id), 'model-498');
    assert.equal(await row(panel, 'model-498').getAttribute('aria-rowindex'), '4');
    await row(panel, 'model-498').click();
    await panel.page.getByRole('heading', { name: 'P(y|z) of model-498' }).waitFor();
  });
});
