import assert from 'node:assert/strict';
import * as states from '../fixtures/panel/states.js';
import { themes } from '../support/themes.js';
import { panels } from './panels.js';

const heatmap = states.digitsHeatmap;

describe('what a theme and a width change', () => {
  const open = panels();

  it('high contrast draws borders of cells', async () => {
    const panel = await open({ state: states.fourDigits, heatmap, theme: themes.hcDark });
    await panel.page.getByRole('application').waitFor();
    await panel.page.waitForTimeout(100);
    // #6fc3df, the theme's contrastBorder, is nowhere else on the canvas.
    const borders = await panel.page.locator('.heatmap canvas').evaluate(element => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let found = 0;
      for (let i = 0; i < data.length; i += 4)
        if (data[i] === 0x6f && data[i + 1] === 0xc3 && data[i + 2] === 0xdf) found += 1;
      return found;
    });
    assert.ok(borders > 1000);
  });

  it('at 400 pixels only the table scrolls, names stay in view, and the score is', async () => {
    const panel = await open({ state: states.tenWithTies, heatmap, width: 400 });
    const name = panel.page.locator('.ranking tbody .name').first();
    const left = await name.evaluate(e => e.getBoundingClientRect().left);
    // The score that ranks stands beside the name; wider pages have format and classes between them.
    const score = panel.page.locator('.ranking tbody .headline .score').first();
    assert.ok(await score.evaluate(e => e.getBoundingClientRect().right < innerWidth));
    const box = panel.page.locator('.ranking .table-box');
    await box.evaluate(e => e.scrollTo(600, 0));
    assert.ok((await box.evaluate(e => e.scrollLeft)) > 100);
    assert.equal(await name.evaluate(e => e.getBoundingClientRect().left), left);
  });
});
