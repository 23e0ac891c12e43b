import assert from 'node:assert/strict';
import { report } from '../fixtures/panel/build.js';
import * as states from '../fixtures/panel/states.js';
import type { Panel } from '../support/panelHost.js';
import { panels } from './panels.js';
import { order, row } from './rankingParts.js';

const heatmap = states.digitsHeatmap;

describe('stars of models', () => {
  const open = panels();

  it('are kept by the editor, and sorted by', async () => {
    const path = (id: string) => states.digitModels.find(model => model.id === id)!.path;
    const panel = await open({
      state: { ...states.fourDigits, stars: [path('digits-random')] },
      heatmap,
    });
    const star = (id: string) =>
      row(panel, id).getByRole('button', { name: `Star ${id}`, exact: true });
    assert.equal(await star('digits-random').getAttribute('aria-pressed'), 'true');
    await star('letters-cnn').click();
    assert.equal(await star('letters-cnn').getAttribute('aria-pressed'), 'true');
    await row(panel, 'digits-random').focus();
    await panel.page.keyboard.press('s');
    assert.equal(await star('digits-random').getAttribute('aria-pressed'), 'false');
    assert.deepEqual(panel.called('star'), [
      { path: path('letters-cnn'), on: true },
      { path: path('digits-random'), on: false },
    ]);
    await panel.page.locator('.ranking thead .marks button').click();
    assert.equal((await order(panel))[0], 'letters-cnn');
    assert.equal(
      await row(panel, 'digits-cnn').getAttribute('aria-selected'),
      'true',
      'a star does not select',
    );
  });

  it('stay with their files, whatever a run calls the models', async () => {
    const { models } = states.fourDigits.report!;
    const named = (k: number, id: string) => ({ ...models[k], id, name: id });
    const stars = [models[1].path];
    const both = report([named(0, 'a/net'), named(1, 'b/net')]);
    const starred = (panel: Panel) =>
      panel.page
        .locator('.ranking tbody tr:has(button.star[aria-pressed="true"])')
        .evaluateAll(rows => rows.map(r => (r as HTMLElement).dataset.id));
    const panel = await open({ state: { ...states.fourDigits, stars, report: both }, heatmap });
    assert.deepEqual(await starred(panel), ['b/net']);
    for (const [k, expected] of [
      [0, []],
      [1, ['net']],
    ] as const) {
      await panel.push({ ...states.fourDigits, stars, report: report([named(k, 'net')]) });
      assert.deepEqual(await starred(panel), expected);
    }
    // A row has it before its model is scored.
    const progress = {
      ...states.underWay.progress!,
      models: [0, 1].map(k => ({
        ...states.underWay.progress!.models[0],
        ...named(k, `${k}/net`),
        state: 'waiting' as const,
      })),
    };
    await panel.push({ ...states.underWay, stars, report: null, progress });
    assert.deepEqual(await starred(panel), ['1/net']);
  });
});
