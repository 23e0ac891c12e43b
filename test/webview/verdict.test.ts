import assert from 'node:assert/strict';
import { notice } from '../../src/protocol/notice.js';
import * as states from '../fixtures/panel/states.js';
import type { Panel } from '../support/panelHost.js';
import { panels, screenshot } from './panels.js';

const heatmap = states.digitsHeatmap;
const words = (panel: Panel) => panel.page.locator('.summary-words').innerText();
const button = (panel: Panel, name: string) =>
  panel.page.getByRole('button', { name, exact: true });

describe('the panel says', () => {
  const open = panels();

  it('who leads, and how sure that is', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    assert.match(await words(panel), /^digits-cnn leads on 1,797 samples\.\s+P\(best\) >99\u00a0%/);
    assert.match(await panel.page.locator('.sample').innerText(), /Scored all 1,797 samples/);
  });

  it('what is wrong with which file, by its path in the folder that is open', async () => {
    const { report } = states.fourDigits;
    assert.ok(report);
    const message = '/home/me/work/models/a.onnx: no file beside the model says how.';
    const warnings = [{ code: 'elsewhere', message, params: {}, models: [] }];
    const state = {
      ...states.fourDigits,
      folder: '/home/me/work/',
      report: { ...report, warnings },
    };
    const { page } = await open({ state });
    assert.match(await page.locator('.warnings').innerText(), /\bmodels\/a\.onnx: no file/);
    assert.equal(await page.locator('.warnings').getByText('/home').count(), 0);
  });

  it('who is very likely the best, and why no winner is named', async () => {
    const { report } = states.tenWithTies;
    assert.ok(report);
    const [first, second, third] = report.ranking.order;
    const probabilityBest = { [first]: 0.97, [second]: 0.02, [third]: 0.01 };
    const ranking = { ...report.ranking, probabilityBest };
    const { page } = await open({
      state: { ...states.tenWithTies, report: { ...report, ranking } },
    });
    assert.match(
      await page.locator('.summary').innerText(),
      /^efficientnet-b0 is very likely the best on 2,000 samples, though not significantly ahead of resnet50 and mobilenet-v2\.\s+P\(best\) is 97\u00a0%; a winner is named only where .*\. 7 others are behind\./,
    );
  });

  it('how many samples would settle a tie', async () => {
    const { report } = states.tenWithTies;
    assert.ok(report);
    const params = { model: 'efficientnet-b0', n: '5,300', all: '40,000' };
    const verdict = [notice('verdict.scoreMore', params)];
    const { page } = await open({
      state: { ...states.tenWithTies, report: { ...report, verdict } },
      heatmap,
    });
    for (const width of [1000, 400]) {
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: screenshot(`verdict-settling-${width}`) });
    }
    assert.match(
      await page.locator('.summary-words').innerText(),
      /7 others are behind\. Scoring about 5,300 of the 40,000 samples would probably tell whether efficientnet-b0 is the best/,
    );
  });

  it('who cannot be told apart, what was sampled, and what all of it costs', async () => {
    const panel = await open({ state: states.tenWithTies, heatmap });
    assert.match(
      await words(panel),
      /^efficientnet-b0, resnet50, and mobilenet-v2 cannot be told apart on 2,000 samples\.\s+P\(best\) 61\u00a0% \/ 31\u00a0% \/ 8\u00a0%\. 7 others are behind\./,
    );
    assert.match(
      await panel.page.locator('.sample').innerText(),
      /Scored 2,000 of 40,000 samples · split “train” of 50,000 · Use all \(about 5 h\)/,
    );
    await button(panel, 'Use all (about 5 h)').click();
    assert.equal(panel.called('useAll').length, 1);
  });

  it('each warning with its cure and the models it is about', async () => {
    const panel = await open({ state: states.tenWithTies, heatmap });
    const warnings = await panel.page
      .getByRole('list', { name: 'Warnings' })
      .locator('li')
      .allInnerTexts();
    assert.equal(warnings.length, 2);
    assert.match(warnings[0], /Compare by the leave-one-out score\. \(shufflenet-v2\)/);
    assert.match(warnings[1], /Keep one copy of each\.$/);
  });

  it('that no model beats shuffled labels', async () => {
    const panel = await open({ state: states.noSignal, heatmap });
    assert.match(await words(panel), /^No model scores above what shuffled labels give/);
  });

  it('what the score of a single model lies between', async () => {
    const panel = await open({ state: states.oneModel, heatmap });
    assert.match(
      await words(panel),
      /^digits-cnn scores −0\.121 nats on 1,797 samples\.\s+No signal would be −2\.302 nats, perfect is 0\./,
    );
  });

  it('that every model failed', async () => {
    const panel = await open({ state: states.allFailed });
    assert.match(await words(panel), /^No model could be scored/);
  });

  it('how far a run is, and cancels it', async () => {
    const panel = await open({ state: states.underWay, heatmap });
    assert.match(
      await words(panel),
      /Scoring 3 of 4 models…\s+About 42 s left\. 1,204 samples\/s\./,
    );
    await button(panel, 'Cancel').click();
    assert.equal(panel.called('cancel').length, 1);
  });

  it('that a run was cancelled, and resumes it', async () => {
    const panel = await open({ state: states.cancelled, heatmap });
    assert.match(
      await words(panel),
      /^Cancelled after 2 of 4 models\.\s+What was computed is kept/,
    );
    assert.equal(await panel.page.getByRole('button', { name: /^Retry/ }).count(), 0);
    await button(panel, 'Resume').click();
    assert.deepEqual(panel.called('retry'), [null]);
  });

  it('how far a cancelled run came that is looked at again, and that nothing is looked for', async () => {
    const panel = await open({ state: { ...states.cancelled, progress: null }, heatmap });
    assert.match(await words(panel), /^Cancelled after 2 models\./);
    await panel.push({ ...states.cancelled, report: null, progress: null });
    assert.match(await words(panel), /^Cancelled before any model was scored\./);
    assert.equal(await panel.page.locator('.ranking .nothing').innerText(), 'No model was scored.');
  });

  it('that the background process ended, keeping what is known', async () => {
    const panel = await open({ state: states.died, heatmap });
    assert.match(await words(panel), /^The run stopped.*killed by SIGKILL.*Run again continues/s);
    await button(panel, 'Run Again').click();
    await button(panel, 'Show Log').click();
    assert.equal(panel.called('retry').length, 1);
    assert.equal(panel.called('showLog').length, 1);
    assert.equal(await panel.page.locator('tr[data-id="digits-undertrained"] .whisker').count(), 1);
  });

  it('what another version found, in its own words where this one has other parameters for it', async () => {
    const report = states.fourDigits.report ?? assert.fail('no report');
    const found = (params: Record<string, number | string>) => ({
      ...{ code: 'dataset.looseImages', params, message: '3 images lie beside.', models: [] },
    });
    const warnings = [found({ n: 3 }), found({ file: 'digits', count: 2000 })];
    const panel = await open({
      state: { ...states.fourDigits, report: { ...report, warnings } },
      heatmap,
    });
    const [other, own] = await panel.page.locator('.warnings li').allInnerTexts();
    assert.match(other, /3 images lie beside\.$/);
    assert.match(own, /digits: 2,000 images lie beside the class folders/);
  });

  it('what changed on disk', async () => {
    const panel = await open({ state: states.stale, heatmap });
    assert.match(
      await panel.page.locator('.banner').innerText(),
      /^!\s*models\/digits-cnn\.onnx and digits changed on disk/,
    );
    await button(panel, 'Run Again').click();
    assert.equal(panel.called('retry').length, 1);
  });

  it('that nothing runs in an untrusted workspace, and offers to trust it', async () => {
    const panel = await open({ state: states.untrusted, heatmap });
    assert.match(await panel.page.locator('.banner').innerText(), /not trusted/);
    assert.equal(await button(panel, 'Run Again').count(), 0);
    await button(panel, 'Manage Trust').click();
    assert.equal(panel.called('manageTrust').length, 1);
  });

  it('what it is for before the first run, and starts one', async () => {
    const panel = await open({ state: states.empty });
    assert.equal(await panel.page.getByRole('heading', { level: 1 }).count(), 1);
    await button(panel, 'Score Models…').click();
    assert.equal(panel.called('start').length, 1);
  });

  it('why a request was refused, until the next one', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    panel.refuse.set('retry', new Error('no worker'));
    await button(panel, 'Run Again').click();
    await panel.page.getByRole('alert').waitFor();
    assert.match(await panel.page.getByRole('alert').innerText(), /no worker/);
    panel.refuse.clear();
    await button(panel, 'Run Again').click();
    await panel.page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('where the numbers come from, with assumptions marked', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    const provenance = panel.page.locator('.provenance');
    assert.match(await provenance.locator('dl').innerText(), /onnxruntime-node 1\.30\.0/);
    const row = provenance.locator('details[open] tr.assumed').first();
    assert.match(await row.innerText(), /mean\s+none\s+assumed \(default\)/);
    await button(panel, 'Correct the preprocessing of digits-cnn').click();
    assert.deepEqual(panel.called('editPreprocessing'), [{ model: 'digits-cnn' }]);
    await provenance.getByRole('button', { name: '/home/ada/digits-workspace/digits' }).click();
    assert.deepEqual(panel.called('reveal'), [{ path: '/home/ada/digits-workspace/digits' }]);
  });
});
