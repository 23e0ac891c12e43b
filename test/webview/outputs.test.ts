import assert from 'node:assert/strict';
import type { PanelState } from '../../src/protocol/panel.js';
import * as states from '../fixtures/panel/states.js';
import { panels, screenshot } from './panels.js';

const { report } = states.fourDigits;
const chosen: PanelState = {
  ...states.fourDigits,
  report: report && {
    ...report,
    warnings: [
      {
        code: 'model.outputChosen',
        message: 'heads.onnx: output "colours" was taken of colours, shapes.',
        models: ['digits-cnn'],
      },
    ],
  },
};

describe('the panel, of a model of whose outputs one was chosen', () => {
  const open = panels();

  it('offers to choose another, wide and narrow', async () => {
    const panel = await open({ state: chosen, heatmap: states.digitsHeatmap });
    const button = panel.page.getByRole('button', { name: 'Choose the output of digits-cnn' });
    for (const width of [1000, 400]) {
      await panel.page.setViewportSize({ width, height: 800 });
      await panel.page.screenshot({ path: screenshot(`outputs-${width}`) });
      const wide = await panel.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} > ${width}`);
    }
    await button.press('Enter');
    assert.deepEqual(panel.called('chooseOutput'), [{ model: 'digits-cnn' }]);
  });

  it('and other numbers for black and white, where they were told by the values', async () => {
    const warnings = [
      {
        code: 'dataset.pixelRange',
        message: 'digits.npz: the values of "x" run from 0 to 12, so 0 was taken for black.',
        models: [],
      },
    ];
    const report = chosen.report && { ...chosen.report, warnings };
    const panel = await open({ state: { ...chosen, report }, heatmap: states.digitsHeatmap });
    await panel.page.setViewportSize({ width: 400, height: 800 });
    await panel.page.screenshot({ path: screenshot('outputs-pixels') });
    await panel.page.getByRole('button', { name: 'Choose Black and White…' }).press('Enter');
    assert.equal(panel.called('choosePixelRange').length, 1);
  });

  it('and to correct a preprocessing that was assumed', async () => {
    const warnings = ['preprocess.assumed', 'preprocess.assumedSize'].map(code => ({
      code,
      message: `${code}: say so in digits-cnn.transferlens.json.`,
      models: ['digits-cnn'],
    }));
    const report = chosen.report && { ...chosen.report, warnings };
    const panel = await open({ state: { ...chosen, report }, heatmap: states.digitsHeatmap });
    const buttons = panel.page
      .getByRole('list', { name: 'Warnings' })
      .getByRole('button', { name: 'Correct the preprocessing of digits-cnn' });
    assert.equal(await buttons.count(), 2);
    await panel.page.screenshot({ path: screenshot('outputs-preprocessing') });
    await buttons.first().press('Enter');
    assert.deepEqual(panel.called('editPreprocessing'), [{ model: 'digits-cnn' }]);
  });

  it('does not where nothing may be run', async () => {
    const panel = await open({
      state: { ...chosen, trusted: false },
      heatmap: states.digitsHeatmap,
    });
    await panel.page.getByRole('list', { name: 'Warnings' }).waitFor();
    assert.equal(await panel.page.getByRole('button', { name: /Choose the output/ }).count(), 0);
  });
});
