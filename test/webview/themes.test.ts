import assert from 'node:assert/strict';
import type { PanelState } from '../../src/protocol/panel.js';
import * as states from '../fixtures/panel/states.js';
import { axeSource, type PanelOptions } from '../support/panelHost.js';
import { themes } from '../support/themes.js';
import { panels, screenshot } from './panels.js';

const shown: Record<string, PanelState> = {
  done: states.fourDigits,
  ties: states.tenWithTies,
  running: states.underWay,
  failures: states.partlyFailed,
  empty: states.empty,
  untrusted: states.untrusted,
  died: states.died,
};
const heatmap: PanelOptions['heatmap'] = id =>
  states.digitsHeatmap(id) ?? states.thousandHeatmap(id);

interface AxeResult {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

describe('in every kind of theme', () => {
  const open = panels();

  for (const [name, theme] of Object.entries(themes)) {
    for (const [state, content] of Object.entries(shown)) {
      it(`${name}: the state "${state}" is accessible`, async () => {
        const panel = await open({ state: content, heatmap, theme });
        if (content.status !== 'empty')
          await panel.page.locator('.heatmap-body > *').first().waitFor();
        await panel.page.waitForTimeout(200);
        await panel.page.screenshot({ path: screenshot(`${state}-${name}`), fullPage: true });
        await panel.page.evaluate(axeSource);
        const violations = (await panel.page.evaluate(`axe
          .run(document, { resultTypes: ['violations'] })
          .then(({ violations }) => violations)`)) as AxeResult[];
        assert.deepEqual(
          violations.map(({ id, nodes }) => ({
            id,
            nodes: nodes.map(n => `${n.html} ${n.failureSummary}`),
          })),
          [],
        );
      });
    }
  }

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
});

describe('at 400 pixels', () => {
  const open = panels();

  for (const [state, content] of Object.entries(shown))
    it(`the state "${state}" fits, and only the tables scroll`, async () => {
      const panel = await open({ state: content, heatmap, width: 400 });
      await panel.page.waitForTimeout(300);
      await panel.page.screenshot({ path: screenshot(`${state}-400`), fullPage: true });
      const { page, inner } = await panel.page.evaluate(() => ({
        page: document.documentElement.scrollWidth,
        inner: innerWidth,
      }));
      assert.ok(page <= inner, `${page} > ${inner}`);
      if (content.status === 'empty') return;
      const names = panel.page.locator('.ranking tbody .name').first();
      const left = await names.evaluate(e => e.getBoundingClientRect().left);
      await panel.page.locator('.ranking .table-box').evaluate(e => e.scrollTo(600, 0));
      assert.equal(
        await names.evaluate(e => e.getBoundingClientRect().left),
        left,
        'names stay in view',
      );
    });
});

describe('with reduced motion', () => {
  const open = panels();

  it('nothing of the page is animated', async () => {
    const panel = await open({ state: states.underWay, heatmap, reducedMotion: true });
    const moving = await panel.page.evaluate(
      () => document.getAnimations().filter(({ playState }) => playState === 'running').length,
    );
    assert.equal(moving, 0);
  });
});
