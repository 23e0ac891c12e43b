import assert from 'node:assert/strict';
import type { PanelState } from '../../src/protocol/panel.js';
import { nextStep } from '../../src/report/next/index.js';
import * as states from '../fixtures/panel/states.js';
import { axeSource, type Panel } from '../support/panelHost.js';
import { themes } from '../support/themes.js';
import { panels, screenshot } from './panels.js';

const heatmap = states.digitsHeatmap;

/** The panel of four digit models with the script that the product writes for the first. */
function withNext(intent: 'fineTune' | 'retrainHead' = 'retrainHead'): PanelState {
  const { report } = states.fourDigits;
  assert.ok(report);
  const next = nextStep(report.ranking.order[0], {
    intent,
    model: {
      ...{ path: '/home/ada/models/digits-cnn.onnx', name: 'digits-cnn', format: 'onnx' },
      ...{ features: '/fc1/Relu_output_0', dimension: 64, architecture: null },
      plan: {
        kind: 'image',
        ...{ channels: 1, height: 28, width: 28, resample: 'bilinear', layout: 'NCHW' },
        ...{ resize: { mode: 'exact', height: 28, width: 28 }, crop: null, channelOrder: 'RGB' },
        ...{ rescale: 1 / 255, mean: [0.1307], std: [0.3081] },
      },
    },
    dataset: { ...report.dataset, targets: null },
  });
  assert.ok(next);
  return { ...states.fourDigits, report: { ...report, next } };
}

const summary = (panel: Panel) => panel.page.locator('.next-step > summary');

describe('what to do next', () => {
  const open = panels();

  it('is not offered where there is nothing to do, nor while a run goes on', async () => {
    const running: PanelState = { ...withNext(), status: 'running' };
    for (const state of [states.fourDigits, states.noSignal, running])
      assert.equal(await summary(await open({ state, heatmap })).count(), 0);
  });

  it('is a script to read and to copy, by keyboard too', async () => {
    const panel = await open({ state: withNext(), heatmap });
    assert.equal(await summary(panel).innerText(), 'Next: train a new head on digits-cnn');
    assert.ok(!(await panel.page.locator('.next-step pre').isVisible()));
    await summary(panel).focus();
    await panel.page.keyboard.press('Enter');
    assert.match(await panel.page.locator('.next-step pre').innerText(), /^# Trains a new head on/);
    await panel.page.getByRole('button', { name: 'Copy Script' }).click();
    const [copied] = panel.called('copy') as { text: string }[];
    assert.equal(copied.text, withNext().report?.next?.script);
    assert.equal(await panel.page.locator('.next-body vscode-button').innerText(), 'Copied');
  });

  it('says what is intended', async () => {
    const panel = await open({ state: withNext('fineTune'), heatmap });
    assert.equal(await summary(panel).innerText(), 'Next: fine-tune digits-cnn');
  });

  for (const [name, theme] of Object.entries(themes))
    it(`is accessible in the theme ${name}, and fits 400 pixels`, async () => {
      for (const width of [1100, 400]) {
        const panel = await open({ state: withNext(), heatmap, theme, width });
        await summary(panel).click();
        await panel.page.waitForTimeout(150);
        await panel.page.screenshot({ path: screenshot(`next-${name}-${width}`) });
        const wide = await panel.page.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        );
        assert.ok(wide <= 0, `${wide} pixels too wide`);
        await panel.page.evaluate(axeSource);
        const violations = await panel.page.evaluate(
          `axe.run(document.querySelector('.summary')).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))`,
        );
        assert.deepEqual(violations, []);
      }
    });
});
