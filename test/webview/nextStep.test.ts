import assert from 'node:assert/strict';
import type { PanelState } from '../../src/protocol/panel.js';
import { withNext } from '../fixtures/panel/kinds.js';
import * as states from '../fixtures/panel/states.js';
import type { Panel } from '../support/panelHost.js';
import { panels } from './panels.js';

const heatmap = states.digitsHeatmap;

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
});
