import assert from 'node:assert/strict';
import * as states from '../fixtures/panel/states.js';
import type { Panel } from '../support/panelHost.js';
import { panels } from './panels.js';

const heatmap = states.digitsHeatmap;
const kept = { run: 'run-1', compare: ['letters-cnn', 'digits-cnn', 'digits-undertrained'] };
const section = (panel: Panel) => panel.page.getByRole('region', { name: 'Compare', exact: true });

interface Saved {
  name: string;
  text?: string;
  base64?: string;
}

/** Presses a button that saves, and gives what it asked the editor to save. */
async function saved(panel: Panel, name: string): Promise<Saved> {
  const before = panel.called('save').length;
  await section(panel).getByRole('button', { name, exact: true }).click();
  for (let k = 0; k < 50 && panel.called('save').length === before; k++)
    await panel.page.waitForTimeout(50);
  return panel.called('save').at(-1) as Saved;
}

describe('the comparison', () => {
  const open = panels();

  it('says what to do until two models are ticked', async () => {
    const panel = await open({ state: states.paired, heatmap });
    assert.match(await section(panel).innerText(), /Tick two to four models in the ranking/);
    await panel.page.getByRole('checkbox', { name: 'Compare digits-cnn' }).check();
    await panel.page.getByRole('checkbox', { name: 'Compare letters-cnn' }).check();
    assert.doesNotMatch(await section(panel).innerText(), /Tick two to four/);
    await panel.page.getByRole('button', { name: 'Untick all' }).click();
    assert.match(await section(panel).innerText(), /Tick two to four/);
  });

  it('gives paired differences, the better model first, and says what they mean', async () => {
    const panel = await open({ state: states.paired, heatmap, kept });
    const rows = await panel.page
      .locator('.differences tbody tr')
      .evaluateAll(all => all.map(r => [...r.children].map(c => c.textContent)));
    assert.deepEqual(rows, [
      ['digits-cnn', 'digits-undertrained', '1.133', '1.090 to 1.176', 'Scores higher'],
      ['digits-cnn', 'letters-cnn', '1.752', '–', 'No paired interval was computed'],
      ['digits-undertrained', 'letters-cnn', '0.619', '−0.020 to 1.258', 'Cannot be told apart'],
    ]);
  });

  it('draws a heatmap of each, with the same target classes across', async () => {
    const panel = await open({ state: states.paired, heatmap, kept });
    const maps = panel.page.locator('.small-heatmap canvas');
    await maps.nth(2).waitFor();
    assert.deepEqual(await maps.evaluateAll(all => all.map(c => c.getAttribute('aria-label'))), [
      'P(y|z) of letters-cnn: 26 source classes by 10 target classes',
      'P(y|z) of digits-cnn: 10 source classes by 10 target classes',
      'P(y|z) of digits-undertrained: 10 source classes by 10 target classes',
    ]);
    const figure = section(panel).locator('.side-by-side');
    await figure.getByRole('button', { name: 'Save “P(y|z) of digits-cnn” as CSV' }).click();
    await panel.page.waitForTimeout(200);
    assert.deepEqual(panel.called('saveHeatmap'), [
      { run: 'run-1', model: 'digits-cnn', name: 'digits-cnn-heatmap.csv' },
    ]);
    const png = await saved(panel, 'Save “P(y|z) of digits-cnn” as PNG');
    assert.equal(Buffer.from(png.base64!, 'base64').subarray(1, 4).toString(), 'PNG');
  });

  it('draws measure against measure, a point a model, of those that the filter leaves', async () => {
    const panel = await open({ state: states.paired, heatmap });
    const chart = section(panel).getByRole('img', { name: /models by/ });
    assert.match(
      (await chart.getAttribute('aria-label'))!,
      /^4 models by LEEP \(leave-one-out\) and LEEP/,
    );
    const [ink, shown] = await chart.evaluate(box => {
      const own = [...box.querySelectorAll('text')].find(text => text.textContent === 'digits-cnn');
      return [getComputedStyle(box).color, own && getComputedStyle(own).fill];
    });
    assert.equal(shown, ink, 'names stand out like all text');
    const svg = await saved(panel, 'Save “Measure against measure” as SVG');
    for (const { name } of states.digitModels) assert.ok(svg.text!.includes(`>${name}<`), name);
    const csv = await saved(panel, 'Save “Measure against measure” as CSV');
    assert.equal(csv.text!.split('\r\n')[1], `digits-cnn,${-0.121 * 0.97},-0.121`);
    const png = await saved(panel, 'Save “Measure against measure” as PNG');
    assert.ok(Buffer.from(png.base64!, 'base64').length > 2000);
    await panel.page.getByRole('textbox', { name: 'Filter models' }).fill('digits');
    assert.match((await chart.getAttribute('aria-label'))!, /^3 models/);
    await chart.hover({ position: { x: 300, y: 200 } });
  });

  it('gives the agreement of the measures', async () => {
    const panel = await open({ state: states.paired, heatmap });
    const cells = await panel.page
      .locator('.agreement tbody tr')
      .evaluateAll(all => all.map(r => [...r.children].map(c => c.textContent?.split(',')[0])));
    assert.deepEqual(cells, [
      ['LEEP (leave-one-out)', '1', '1.000', '0.670'],
      ['LEEP', '1.000', '1', '0.100'],
      ['NCE', '0.670', '0.100', '1'],
    ]);
  });
});
