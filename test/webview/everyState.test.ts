import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser } from 'playwright-core';
import * as kinds from '../fixtures/panel/kinds.js';
import { launchBrowser } from '../support/browser.js';
import { axeSource, Panel } from '../support/panelHost.js';
import { root } from '../support/referenceData.js';
import { themes } from '../support/themes.js';
import { type Case, cases } from './cases.js';
import {
  cutTexts,
  foreignWords,
  outline,
  rankingRows,
  rulesOfColour,
  violations,
} from './inspect.js';
import { screenshot } from './panels.js';

const chinese: Record<string, string> = JSON.parse(
  readFileSync(join(root, 'l10n/bundle.l10n.zh-cn.json'), 'utf8'),
);

/** The pages that every state is shown on: each kind of theme, 400 pixels, and 1280 pixels at 200 % zoom. */
const looks = {
  dark: { theme: themes.dark },
  light: { theme: themes.light },
  hcDark: { theme: themes.hcDark },
  hcLight: { theme: themes.hcLight },
  narrow: { theme: themes.dark, width: 400 },
  zoomed: { theme: themes.light, width: 640, height: 450, scale: 2, reducedMotion: true },
};
type Look = keyof typeof looks;

/** Structure of each state in English, which that in another language is held against. */
const structure = new Map<string, string[]>();

for (const locale of ['en', 'zh-cn'] as const)
  describe(`every state of the panel, ${locale}`, () => {
    let browser: Browser;
    let shown: Case = cases.empty;
    const pages = new Map<Look, Panel>();
    const language = { locale, strings: locale === 'en' ? {} : chinese };

    before(async () => {
      browser = await launchBrowser();
      for (const look of Object.keys(looks) as Look[]) {
        const panel = await Panel.open(browser, {
          state: { ...cases.empty.state, ...language },
          heatmap: model => shown.heatmap?.(model) ?? null,
          fits: model => shown.fits?.(model) ?? null,
          ...looks[look],
        });
        await panel.page.evaluate(axeSource);
        pages.set(look, panel);
      }
    });
    after(async () => {
      for (const panel of pages.values()) await panel.close();
      await browser.close();
    });

    for (const [name, one] of Object.entries(cases))
      it(`"${name}" has its parts, is accessible in four themes, and fits`, async () => {
        shown = one;
        const state = { ...one.state, ...language, run: one.state.run && `run ${name}` };
        // At once: each page is a process of its own.
        const looking = [...pages].map(async ([look, panel]) => {
          await panel.push(state);
          await one.before?.(panel);
          if (!one.loads) await panel.page.waitForFunction(settled);
          // What is drawn when it is seen is drawn now, as for paper.
          await panel.page.evaluate(() => dispatchEvent(new Event('beforeprint')));
          if (process.env.TRANSFERLENS_SCREENSHOTS)
            await panel.page.screenshot({
              path: screenshot(`state-${name}-${look}-${locale}`),
              fullPage: true,
            });
          await check(panel, look);
          return [look, await panel.page.evaluate(outline)] as const;
        });
        const outlines = new Map(await Promise.all(looking));
        const dark = outlines.get('dark') ?? [];
        for (const look of ['light', 'hcDark', 'hcLight'] as const)
          assert.deepEqual(outlines.get(look), dark, look);
        const { page } = pages.get('dark')!;
        if (locale === 'en') {
          await parts(page, one);
          structure.set(name, dark);
          return;
        }
        assert.deepEqual(dark, structure.get(name));
        assert.deepEqual(
          await page.evaluate(foreignWords, [
            ...namesIn(one.state),
            ...one.state.stale.map(path => path.slice(one.state.folder?.length)),
            ...namesIn(kinds.fits),
            ...(one.state.report?.measures ?? []).map(({ source }) => source),
            ...['the store is gone', 'outputKind'],
          ]),
          [],
        );
      });

    /** What holds of every state on every page. */
    async function check(panel: Panel, look: Look): Promise<void> {
      const { page } = panel;
      assert.equal(await page.evaluate(() => document.documentElement.lang), locale);
      if ('width' in looks[look]) {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${look}: ${wide} pixels too wide`);
        assert.deepEqual(await page.evaluate(cutTexts), [], look);
      } else {
        // The elements are the same in every theme: once for them, and for their colours in each.
        const found = look === 'dark' ? violations() : violations(rulesOfColour);
        assert.deepEqual(await page.evaluate(found), [], look);
      }
      if ('reducedMotion' in looks[look])
        assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
      assert.deepEqual([panel.errors, panel.violations], [[], []], look);
    }
  });

/** The parts of a state, by what a reader of the page gets: headings, rows of the ranking, texts, names of buttons. */
async function parts(page: Panel['page'], one: Case): Promise<void> {
  assert.equal((await page.locator('h1').innerText()).trim(), one.headline);
  const headings = await page.locator('h2, h3').allInnerTexts();
  assert.deepEqual(
    headings.map(text => text.trim()),
    one.headings,
  );
  const rows = await page.evaluate(rankingRows);
  for (const [k, row] of one.rows.entries())
    assert.ok(rows[k]?.startsWith(row), `${rows[k]}: ${row}`);
  const text = await page.locator('main').innerText();
  for (const said of one.says ?? []) assert.ok(text.includes(said), said);
  for (const name of one.buttons ?? [])
    assert.ok((await page.getByRole('button', { name }).count()) > 0, name);
}

/** Texts of a report that are English sentences, to be found in the page in its own language. */
const sentences = new Set(['message', 'note', 'hint', 'validity', 'strings', 'measures']);

/** Parts of a report whose keys are shown. */
const named = new Set(['preprocessing', 'runtimes']);

/** Names that a state brings along, which are the same in every language: all texts in it but its sentences. */
function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('data:') ? [] : [value, basename(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    sentences.has(key) || (key === 'reason' && typeof inner === 'string')
      ? []
      : [...(named.has(key) ? Object.keys(inner) : []), ...namesIn(inner)],
  );
}

function settled(): boolean {
  return document.querySelector('.instead-of-heatmap .ring') === null;
}
