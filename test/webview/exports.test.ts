import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { PanelState } from '../../src/protocol/panel.js';
import { fits } from '../fixtures/panel/kinds.js';
import * as states from '../fixtures/panel/states.js';
import type { Panel } from '../support/panelHost.js';
import { themes } from '../support/themes.js';
import { panels, screenshot } from './panels.js';

interface Saved {
  name: string;
  text?: string;
  base64?: string;
}

/** What a reader of the file finds in it. */
interface Parsed {
  width: number;
  title: string;
  description: string;
  /** Texts that are seen, in order. */
  texts: string[];
  /** Where the marks are that say what they are. */
  named: { said: string; at: number; size: number }[];
  foreign: string[];
}

/** Every chart of the panel by the name on its buttons, and the files that it becomes. */
const charts = {
  Ranking: 'ranking',
  'What each class costs': 'digits-cnn-classes',
  'Paired differences of LEEP (leave-one-out)': 'differences',
  'Measure against measure': 'leepLoo-leep',
  'How far the measures agree': 'agreement',
};
type Chart = keyof typeof charts;

describe('the charts as files', () => {
  const open = panels();
  const opened = (state: PanelState = states.paired, more: object = {}) =>
    open({
      state,
      heatmap: states.digitsHeatmap,
      fits: () => fits,
      kept: { run: 'run-1', compare: ['digits-cnn', 'digits-undertrained', 'letters-cnn'] },
      ...more,
    });

  async function save(panel: Panel, chart: string, form: 'PNG' | 'SVG' | 'CSV'): Promise<Saved> {
    const before = panel.called('save').length;
    const name = `Save “${chart}” as ${form}`;
    await panel.page.getByRole('button', { name, exact: true }).click();
    for (let k = 0; k < 100 && panel.called('save').length === before; k++)
      await panel.page.waitForTimeout(50);
    return panel.called('save').at(-1) as Saved;
  }

  /** Reads a drawing as XML, strictly. */
  async function parse(panel: Panel, text: string): Promise<Parsed> {
    return panel.page.evaluate(source => {
      const file = new DOMParser().parseFromString(source, 'image/svg+xml');
      if (file.querySelector('parsererror')) throw new Error(file.documentElement.outerHTML);
      const svg = file.documentElement;
      return {
        width: Number(svg.getAttribute('width')),
        title: svg.querySelector(':scope > title')?.textContent ?? '',
        description: svg.querySelector(':scope > desc')?.textContent ?? '',
        texts: [...svg.querySelectorAll('text')].map(e => e.firstChild?.textContent ?? ''),
        named: [...svg.querySelectorAll(':is(circle, rect) > title')].map(e => ({
          said: e.textContent ?? '',
          at: Number(e.parentElement?.getAttribute('cx') ?? e.parentElement?.getAttribute('x')),
          size: Number(e.parentElement?.getAttribute('width')),
        })),
        foreign: [...svg.querySelectorAll('style, script, image, use, foreignObject, [class]')].map(
          e => e.outerHTML,
        ),
      };
    }, text);
  }

  it('are self-contained drawings with title and description, the same in every theme', async () => {
    const seen = new Map<string, string>();
    for (const theme of [themes.dark, themes.hcLight]) {
      const panel = await opened(states.paired, { theme });
      for (const [chart, file] of Object.entries(charts)) {
        const { name, text = '' } = await save(panel, chart, 'SVG');
        assert.equal(name, `${file}.svg`);
        assert.doesNotMatch(
          text,
          /var\(|url\(|href|currentcolor|https?:(?!\/\/www\.w3\.org)/i,
          chart,
        );
        const parsed = await parse(panel, text);
        assert.deepEqual(parsed.foreign, [], chart);
        assert.ok(parsed.title && parsed.description, chart);
        assert.equal(parsed.texts[0], parsed.title, 'the title is seen too');
        assert.equal(text, seen.get(chart) ?? text, `${chart} is dark on white in every theme`);
        seen.set(chart, text);
        writeFileSync(screenshot(`chart-${file}`).replace('.png', '.svg'), text);
      }
    }
  });

  it('are pictures of twice the size', async () => {
    const panel = await opened();
    for (const [chart, file] of Object.entries(charts)) {
      const { name, base64 = '' } = await save(panel, chart, 'PNG');
      assert.equal(name, `${file}.png`);
      const png = Buffer.from(base64, 'base64');
      writeFileSync(screenshot(`chart-${file}`), png);
      const { width } = await parse(panel, (await save(panel, chart, 'SVG')).text ?? '');
      assert.equal(png.readUInt32BE(16), Math.round(2 * width), chart);
    }
  });

  it('hold the numbers: dots and bars to scale, with what they say', async () => {
    const panel = await opened();
    const ranking = await drawing(panel, 'Ranking');
    assert.deepEqual(
      ranking.named.map(({ said }) => said),
      [
        'digits-cnn: −0.121 [−0.133, −0.109]',
        'digits-undertrained: −1.254 [−1.294, −1.214]',
        'letters-cnn: −1.873 [−1.908, −1.838]',
        'digits-random: −2.262 [−2.272, −2.252]',
      ],
    );
    const [a, b, c] = ranking.named.map(({ at }) => at);
    assert.ok(Math.abs((a - b) / (b - c) - (1.254 - 0.121) / (1.873 - 1.254)) < 1e-3);
    for (const said of ['LEEP (leave-one-out)', 'no signal −2.302', 'perfect 0', '−2', '−0.5'])
      assert.ok(ranking.texts.includes(said), said);

    const shares = await drawing(panel, 'What each class costs');
    assert.deepEqual(
      shares.named.map(({ said }) => said),
      ['nine: −0.190', 'four: −0.090', 'zero: −0.020'],
    );
    assert.ok(Math.abs(shares.named[1].size / shares.named[0].size - 0.09 / 0.19) < 1e-3);

    const differences = await drawing(panel, 'Paired differences of LEEP (leave-one-out)');
    assert.deepEqual(
      differences.named.map(({ said }) => said),
      [
        'digits-cnn − digits-undertrained: 1.133 [1.090, 1.176]',
        'digits-cnn − letters-cnn: 1.752',
        'digits-undertrained − letters-cnn: 0.619 [−0.020, 1.258]',
      ],
    );

    const scatter = await drawing(panel, 'Measure against measure');
    assert.equal(scatter.named.length, 4);
    assert.equal(scatter.named[0].said, 'digits-cnn: LEEP −0.117, LEEP (leave-one-out) −0.121');

    const agreement = await drawing(panel, 'How far the measures agree');
    assert.equal(agreement.named.length, 9);
    assert.equal(
      agreement.named[2].said,
      'LEEP (leave-one-out) / NCE: 0.670, 95\u00a0% interval 0.470 to 0.770',
    );
  });

  it('are tables at full precision', async () => {
    const panel = await opened();
    const lines = async (chart: Chart) =>
      ((await save(panel, chart, 'CSV')).text ?? '').trimEnd().split('\r\n');
    assert.deepEqual((await lines('Ranking')).slice(0, 2), [
      'first place,last place,model,leepLoo,low,high,valid,P(best)',
      `1,1,digits-cnn,-0.121,${-0.121 - 0.012},${-0.121 + 0.012},true,1`,
    ]);
    assert.equal((await lines('Paired differences of LEEP (leave-one-out)')).length, 4);
    assert.equal(
      (await lines('How far the measures agree'))[2],
      `leepLoo,nce,0.67,${0.67 - 0.2},0.77`,
    );
  });

  it('follow the filter and the order of the table', async () => {
    const panel = await opened();
    await panel.page.getByRole('textbox', { name: 'Filter models' }).fill('digits');
    await panel.page.locator('.ranking th button', { hasText: 'Model' }).click();
    const { named } = await drawing(panel, 'Ranking');
    assert.deepEqual(
      named.map(({ said }) => said.split(':')[0]),
      ['digits-cnn', 'digits-random', 'digits-undertrained'],
    );
  });

  it('hold names as text, whatever they are, and five hundred models', async () => {
    const hostile = await opened(states.hostile, { heatmap: states.hostileHeatmap });
    const { texts } = await drawing(hostile, 'Ranking');
    for (const { name } of states.hostile.report!.models) assert.ok(texts.includes(name), name);
    const many = await opened(states.fiveHundred);
    const { text = '' } = await save(many, 'Ranking', 'SVG');
    assert.equal((await parse(many, text)).named.length, 500);
    const { base64 = '' } = await save(many, 'Ranking', 'PNG');
    assert.ok(Buffer.from(base64, 'base64').readUInt32BE(20) <= 16_384);
  });

  async function drawing(panel: Panel, chart: Chart): Promise<Parsed> {
    return parse(panel, (await save(panel, chart, 'SVG')).text ?? '');
  }
});
