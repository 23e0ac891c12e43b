import assert from 'node:assert/strict';
import { measureReports } from '../../src/report/measureReports.js';
import { done, report } from '../fixtures/panel/build.js';
import * as states from '../fixtures/panel/states.js';
import type { Panel } from '../support/panelHost.js';
import { panels } from './panels.js';
import { header, order, row, spoken } from './rankingParts.js';

const heatmap = states.digitsHeatmap;
describe('the ranking', () => {
  const open = panels();

  it('is a table with the models in order of rank', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    assert.deepEqual(await panel.page.locator('.ranking thead button').allTextContents(), [
      'Rank▲',
      '★Star',
      'Model',
      'Format',
      'Classes',
      'LEEP (leave-one-out)',
      'LEEP',
      'NCE',
      'P(best)',
      'Size',
      'ms/sample',
    ]);
    assert.deepEqual(await spoken(panel, 'letters-cnn'), [
      '3',
      '☆',
      'letters-cnn',
      'ONNX',
      '26',
      '−1.873, 95\u00a0% interval −1.908 to −1.838',
      '−1.817, 95\u00a0% interval −1.852 to −1.782',
      '−1.648, 95\u00a0% interval −1.683 to −1.613',
      '<1\u00a0%',
      '1.41 MB',
      '1.56',
    ]);
    assert.match(await row(panel, 'digits-cnn').innerText(), /leads/);
    assert.equal(
      await row(panel, 'digits-cnn').locator('.model-name').getAttribute('title'),
      'digits-cnn.onnx',
    );
  });

  it('draws each score with its interval on one axis, between no signal and perfect', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    const marks = await panel.page.locator('.axis text').allTextContents();
    assert.deepEqual(marks, ['no signal −2.302', 'perfect 0']);
    const at = (selector: string, attribute: string) =>
      panel.page
        .locator(selector)
        .evaluateAll((all, name) => all.map(e => Number(e.getAttribute(name))), attribute);
    const [floor, perfect] = await at('.axis .axis-mark', 'x1');
    const dots = await at('.whisker-dot', 'cx');
    const scores = [-0.121, -1.254, -1.873, -2.262];
    for (const [i, dot] of dots.entries())
      assert.ok(Math.abs(dot - (perfect + (scores[i] / -2.3024) * (floor - perfect))) < 0.01);
    const [low] = await at('tr[data-id="digits-undertrained"] .whisker-line', 'x1');
    const [high] = await at('tr[data-id="digits-undertrained"] .whisker-line', 'x2');
    assert.ok(low < dots[1] && dots[1] < high);
  });

  it('names a mark of the axis only where it has the room', async () => {
    const panel = await open({ state: states.fiveHundred, heatmap });
    const header = panel.page.locator('.axis');
    assert.deepEqual(await header.locator('text').allTextContents(), ['no signal −2.302']);
    assert.equal(await header.locator('.axis-mark').count(), 2);
  });

  it('shows measures of every kind, each by its own axis, unit and further figures', async () => {
    const models = states.digitModels.map((m, k) => ({
      ...m,
      scores: {
        ...m.scores,
        ridgeProbe: {
          ...{ value: 0.9 - 0.1 * k, low: 0.8 - 0.1 * k, high: 0.95 - 0.1 * k, valid: true },
          details: { accuracy: 0.97 - 0.1 * k, macroF1: 0.96, lambda: 1 },
        },
        parameters: { value: 1_234_567, low: null, high: null, valid: true },
      },
    }));
    const wide = report(models, 1, {
      measures: measureReports(['ridgeProbe', 'leepLoo', 'leep', 'nce', 'parameters'], 2.3024),
    });
    wide.ranking.by = 'ridgeProbe';
    const panel = await open({ state: done(wide), heatmap });
    assert.deepEqual(await panel.page.locator('.axis text').allTextContents(), [
      'no signal 0.000',
      'perfect 1',
    ]);
    const first = await spoken(panel, 'digits-cnn');
    assert.ok(
      first.includes('0.900, 95\u00a0% interval 0.800 to 0.950, accuracy 0.970, macro-F1 0.960'),
      first.join(' | '),
    );
    assert.ok(first.includes('1,234,567'), first.join(' | '));
    await header(panel, 'Parameters').waitFor();
  });

  it('shows who shares a place', async () => {
    const panel = await open({ state: states.tenWithTies, heatmap });
    const places = await panel.page.locator('.ranking tbody td.rank').allInnerTexts();
    assert.deepEqual(places, ['1–3', '1–3', '1–3', '4–5', '4–5', '6', '7–9', '7–9', '7–9', '10']);
    assert.equal(await panel.page.locator('tr.tied').count(), 8);
    assert.equal(
      await row(panel, 'resnet50').locator('td.rank span').getAttribute('title'),
      'Cannot be told apart at 95\u00a0% from efficientnet-b0 and mobilenet-v2',
    );
    assert.equal(await panel.page.locator('.badge', { hasText: 'leads' }).count(), 0);
  });

  it('greys scores that are not to be trusted and says why under the table', async () => {
    const panel = await open({ state: states.tenWithTies, heatmap });
    assert.equal(await panel.page.locator('.score.invalid').count(), 20);
    const notes = await panel.page.locator('.notes li').allInnerTexts();
    assert.equal(notes.length, 2);
    assert.match(notes[0], /flatters the model/);
    assert.match(await row(panel, 'shufflenet-v2').innerText(), /–2/);
  });

  it('says in a footnote of its place why a model is not ranked', async () => {
    const panel = await open({ state: states.unranked, heatmap });
    const notes = await panel.page.locator('.notes li').allInnerTexts();
    const number = await row(panel, 'digits-undertrained').locator('.rank sup').innerText();
    assert.match(notes[Number(number) - 1], /^Not ranked: The model gives features alone/);
  });

  it('sorts by any header over the whole table, and back by rank', async () => {
    const panel = await open({ state: states.tenWithTies, heatmap });
    const byRank = await order(panel);
    await header(panel, 'Size').getByRole('button').click();
    assert.equal(await header(panel, 'Size').getAttribute('aria-sort'), 'ascending');
    assert.equal(await header(panel, 'Rank').getAttribute('aria-sort'), null);
    assert.deepEqual((await order(panel)).slice(0, 2), ['squeezenet1_1', 'shufflenet-v2']);
    await header(panel, 'Size').getByRole('button').click();
    assert.equal(await header(panel, 'Size').getAttribute('aria-sort'), 'descending');
    assert.equal((await order(panel))[0], 'vgg16');
    await header(panel, 'NCE').getByRole('button').click();
    assert.equal((await order(panel)).at(-1), 'shufflenet-v2', 'a missing score goes last');
    await header(panel, 'Rank').getByRole('button').click();
    assert.deepEqual(await order(panel), byRank);
  });

  it('filters by name, and says so when nothing is left', async () => {
    const panel = await open({ state: states.tenWithTies, heatmap });
    await panel.page.getByRole('textbox', { name: 'Filter models' }).fill('NET');
    assert.deepEqual(
      await order(panel),
      [
        'efficientnet-b0',
        'resnet50',
        'mobilenet-v2',
        'densenet121',
        'regnet-y-400mf',
        'googlenet',
        'squeezenet1_1',
        'shufflenet-v2',
      ].filter(name => name.includes('net')),
    );
    await panel.page.getByRole('textbox', { name: 'Filter models' }).fill('nothing such');
    assert.match(
      await panel.page.locator('.ranking tbody').innerText(),
      /No model matches “nothing such”/,
    );
  });

  it('shows which row has the focus, also where shadows are not drawn', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    await row(panel, 'digits-cnn').focus();
    await panel.page.keyboard.press('ArrowDown');
    const look = () =>
      panel.page.locator('.ranking tbody tr[data-id] > .name').evaluateAll(cells =>
        cells.map(cell => {
          const { boxShadow, borderTop, borderBottom } = getComputedStyle(cell);
          return [boxShadow, borderTop, borderBottom].join();
        }),
      );
    for (const forcedColors of ['none', 'active'] as const) {
      await panel.page.emulateMedia({ forcedColors });
      const [selected, focused, ...others] = await look();
      assert.ok(
        ![selected, ...others].includes(focused),
        `forced colours ${forcedColors}: ${focused}`,
      );
    }
  });

  it('is walked by keyboard: one tab stop, arrows, Enter selects', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    assert.equal(await panel.page.locator('.ranking tbody tr[tabindex="0"]').count(), 1);
    await row(panel, 'digits-cnn').focus();
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('ArrowDown');
    assert.equal(
      await panel.page.evaluate(() => (document.activeElement as HTMLElement).dataset.id),
      'letters-cnn',
    );
    assert.equal(await row(panel, 'letters-cnn').getAttribute('tabindex'), '0');
    await panel.page.keyboard.press('Enter');
    assert.equal(await row(panel, 'letters-cnn').getAttribute('aria-selected'), 'true');
    await panel.page.getByRole('heading', { name: 'P(y|z) of letters-cnn' }).waitFor();
    await panel.page.keyboard.press('End');
    await panel.page.keyboard.press('ArrowDown');
    assert.equal(
      await panel.page.evaluate(() => (document.activeElement as HTMLElement).dataset.id),
      'digits-random',
    );
    await panel.page.keyboard.press('Home');
    await panel.page.keyboard.press(' ');
    assert.equal(await row(panel, 'digits-cnn').getAttribute('aria-selected'), 'true');
  });

  it('copies what is shown as TSV with headers', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    await panel.page.getByRole('textbox', { name: 'Filter models' }).fill('digits');
    await header(panel, 'Model').getByRole('button').click();
    await row(panel, 'digits-cnn').focus();
    // With Shift it is another shortcut, of the editor.
    await panel.page.keyboard.press('Control+Shift+C');
    // As with Caps Lock on.
    await panel.page.keyboard.press('Control+C');
    await panel.page.getByText('Copied 3 rows').waitFor();
    assert.equal(panel.called('copy').length, 1);
    await panel.push({ ...states.fourDigits, run: 'another' });
    await panel.page.getByText('Copied 3 rows').waitFor({ state: 'detached' });
    const [{ text }] = panel.called('copy') as { text: string }[];
    const lines = text.split('\n').map(line => line.split('\t'));
    assert.deepEqual(
      lines.map(line => line[2]),
      ['Model', 'digits-cnn', 'digits-random', 'digits-undertrained'],
    );
    assert.deepEqual(lines[1].slice(0, 6), ['1', '', 'digits-cnn', 'onnx', '10', '-0.121']);
    assert.ok(lines.every(line => line.length === 11));
  });

  it('copies nothing that a spreadsheet would run', async () => {
    const panel = await open({ state: states.hostile, heatmap: states.hostileHeatmap });
    await panel.page.getByRole('button', { name: 'Copy the table, tab-separated' }).click();
    await panel.page.getByText('Copied 4 rows').waitFor();
    const [{ text }] = panel.called('copy') as { text: string }[];
    assert.ok(text.split('\n').at(-1)?.includes(`\t'=HYPERLINK("http://x")\t`));
  });

  it('has a row for every model of a run from the start, and no row moves the others', async () => {
    const panel = await open({ state: states.justStarted, heatmap });
    assert.deepEqual(await order(panel), [
      'digits-cnn',
      'digits-undertrained',
      'digits-truncated',
      'letters-cnn',
    ]);
    const top = () => panel.page.locator('.heatmap').evaluate(e => e.getBoundingClientRect().top);
    const heights = () =>
      panel.page
        .locator('.ranking tbody tr')
        .evaluateAll(rows => rows.map(r => r.getBoundingClientRect().height));
    const before = await top();
    const { models } = states.justStarted.progress!;
    await panel.push({
      ...states.justStarted,
      progress: {
        ...states.justStarted.progress!,
        secondsLeft: 90,
        models: [
          { ...models[0], state: 'running', done: 320, imagesPerSecond: 800 },
          ...models.slice(1),
        ],
      },
    });
    assert.match(await row(panel, 'digits-cnn').innerText(), /320 of 1,797\s+800 samples\/s/);
    assert.equal(await top(), before);
    await panel.push({
      ...states.justStarted,
      report: report([states.fourDigits.report!.models[0]]),
      progress: {
        ...states.justStarted.progress!,
        models: [{ ...models[0], state: 'scored', done: 1797 }, ...models.slice(1)],
      },
    });
    assert.equal(await row(panel, 'digits-cnn').locator('.whisker').count(), 1);
    assert.equal(await top(), before);
    assert.equal(new Set(await heights()).size, 1);
  });

  it('keeps the focus on a row that moves', async () => {
    const panel = await open({ state: states.justStarted, heatmap });
    await row(panel, 'letters-cnn').focus();
    const letters = states.fourDigits.report!.models[2];
    await panel.push({ ...states.justStarted, report: report([letters]) });
    assert.equal((await order(panel))[0], 'letters-cnn');
    assert.equal(
      await panel.page.evaluate(() => (document.activeElement as HTMLElement).dataset.id),
      'letters-cnn',
    );
  });

  it('gives the reason of a failed model, and retries', async () => {
    const panel = await open({ state: states.partlyFailed, heatmap });
    assert.deepEqual(await order(panel), [
      'digits-cnn',
      'digits-undertrained',
      'digits-truncated',
      'letters-cnn',
    ]);
    assert.match(
      await row(panel, 'digits-truncated').innerText(),
      /the file ends too early.*download it again\./s,
    );
    await row(panel, 'letters-cnn').getByRole('button', { name: 'Retry letters-cnn' }).click();
    assert.deepEqual(panel.called('retry'), [{ model: 'letters-cnn' }]);
    assert.equal(await row(panel, 'letters-cnn').getAttribute('aria-selected'), 'false');
    await row(panel, 'letters-cnn').click({ position: { x: 100, y: 10 } });
    await panel.page.getByText('This model could not be scored').waitFor();
  });

  it('offers the script of a model that has to be exported first, instead of trying again', async () => {
    const panel = await open({ state: states.weightsOnly, heatmap });
    const failed = row(panel, 'resnet18');
    await failed.getByRole('button', { name: 'Copy the export script of resnet18' }).click();
    assert.deepEqual(panel.called('copy'), [{ text: 'import torch\n' }]);
    assert.equal(await failed.getByRole('button', { name: /Retry/ }).count(), 0);
  });

  it('takes at most four models into the comparison', async () => {
    const panel = await open({ state: states.tenWithTies, heatmap });
    const ids = (await order(panel)).slice(0, 5).map(String);
    const box = (id: string) =>
      row(panel, id).getByRole('checkbox', { name: `Compare ${id}`, exact: true });
    for (const id of ids.slice(0, 3)) await box(id).check();
    await row(panel, ids[3]).focus();
    await panel.page.keyboard.press('c');
    assert.equal(await box(ids[3]).isChecked(), true);
    assert.equal(await box(ids[4]).isDisabled(), true);
    assert.deepEqual((panel.kept as { compare: string[] }).compare, ids.slice(0, 4));
    await box(ids[0]).uncheck();
    assert.equal(await box(ids[4]).isDisabled(), false);
  });

  it('shows the columns that are chosen, also after a reload', async () => {
    const panel = await open({ state: states.fourDigits, heatmap });
    await panel.page.getByRole('button', { name: 'Columns' }).click();
    await panel.page.getByRole('checkbox', { name: 'NCE' }).click();
    await panel.page.getByRole('checkbox', { name: 'Format' }).click();
    const heads = (p: Panel) => p.page.locator('.ranking thead button').allTextContents();
    const left = ['Rank▲', '★Star', 'Model', 'Classes', 'LEEP (leave-one-out)', 'LEEP'];
    assert.deepEqual((await heads(panel)).slice(0, 6), left);
    await panel.page.keyboard.press('Escape');
    assert.equal(await panel.page.getByRole('checkbox', { name: 'NCE' }).count(), 0);
    const again = await open({ state: states.fourDigits, heatmap, kept: panel.kept });
    assert.deepEqual((await heads(again)).slice(0, 6), left);
  });

  it('shows names as text, whatever they hold', async () => {
    const panel = await open({ state: states.hostile, heatmap: states.hostileHeatmap });
    assert.deepEqual(
      await panel.page.locator('.ranking .name-text').allInnerTexts(),
      states.hostile.report!.models.map(({ name }) => name),
    );
    assert.equal(await panel.page.locator('main script, main img, main b, main u').count(), 0);
  });
});
