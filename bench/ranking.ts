// How long the panel's table holds a frame: 500 models by 20 columns, in Chromium, on every sort and every letter of a filter.
// Run: npm run build && npx tsx bench/ranking.ts
import { measures } from '../src/measures/index.js';
import { measureReports } from '../src/report/measureReports.js';
import { done } from '../test/fixtures/panel/build.js';
import * as states from '../test/fixtures/panel/states.js';
import { launchBrowser } from '../test/support/browser.js';
import { Panel } from '../test/support/panelHost.js';

const models = 500;
const columns = 20;
const rounds = 5;

/** A run of many models that were scored by many measures. */
function wideState() {
  const ids = measures.map(({ id }) => id).slice(0, columns - 8);
  const base = states.fiveHundred.report!;
  const wide = base.models.slice(0, models).map((model, k) => ({
    ...model,
    scores: Object.fromEntries(
      [...new Set(['leepLoo', ...ids])].map((id, j) => {
        const value = -3 + ((k * 7919 + j * 104_729) % 1000) / 400;
        return [id, { value, low: value - 0.05, high: value + 0.05, valid: true }];
      }),
    ),
  }));
  return done({ ...base, models: wide, measures: measureReports(ids, 2.3) });
}

/** Longest of the tasks that follow an action, and of the gaps between two frames, milliseconds. */
const probe = `(act => new Promise(done => {
  let last = performance.now();
  let longest = 0;
  let frames = 0;
  const tick = now => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    if (++frames < 6) requestAnimationFrame(tick);
    else done(longest);
  };
  requestAnimationFrame(() => {
    last = performance.now();
    act();
    requestAnimationFrame(tick);
  });
}))`;

const sorted = (name: string) =>
  `${probe}(() => [...document.querySelectorAll('.ranking thead button')].find(b => b.title && b.textContent.startsWith(${JSON.stringify(name)})).click())`;
const filtered = (text: string) => `${probe}(() => {
  const field = document.querySelector('.ranking .filter');
  field.value = ${JSON.stringify(text)};
  field.dispatchEvent(new Event('input', { bubbles: true }));
})`;
const scrolled = (top: number) =>
  `${probe}(() => document.querySelector('.ranking .table-box').scrollTo(0, ${top}))`;

/** What an action costs, milliseconds. */
interface Cost {
  /** Longest time between two frames: on a busy machine others are in it. */
  frame: number;
  /** Of the page's main thread, all six frames together: no frame can cost more. */
  cpu: number;
}

function summary(costs: Cost[]): string {
  const said = (times: number[]) => {
    const ordered = times.sort((a, b) => a - b);
    const median = ordered[ordered.length >> 1];
    return `median ${median.toFixed(1)} ms, most ${ordered[ordered.length - 1].toFixed(1)} ms`;
  };
  return `CPU of the action ${said(costs.map(c => c.cpu))}; longest frame ${said(costs.map(c => c.frame))} (${costs.length} times)`;
}

async function main(): Promise<void> {
  const browser = await launchBrowser();
  const panel = await Panel.open(browser, { state: wideState(), heatmap: states.digitsHeatmap });
  await panel.page.locator('.ranking tbody tr').first().waitFor();
  const heads = await panel.page.locator('.ranking thead button').allInnerTexts();
  const devtools = await panel.page.context().newCDPSession(panel.page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const used = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
  const time = async (script: string): Promise<Cost> => {
    const before = await used();
    const frame = (await panel.page.evaluate(script)) as number;
    return { frame, cpu: (await used()) - before };
  };
  const idle = await time(`${probe}(() => undefined)`);
  const sorts: Cost[] = [];
  const filters: Cost[] = [];
  const scrolls: Cost[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const name of ['Model', 'LEEP', 'NCE', 'Size', 'Rank'])
      sorts.push(await time(sorted(name)));
    for (const text of ['m', 'mo', 'model-4', 'model-49', 'model-4', ''])
      filters.push(await time(filtered(text)));
    for (const top of [5000, 9000, 200, 15_000, 0]) scrolls.push(await time(scrolled(top)));
  }
  console.log(
    `${models} models, ${heads.length} columns; a frame with nothing to do: ${idle.frame.toFixed(1)} ms`,
  );
  console.log(`sort    ${summary(sorts)}`);
  console.log(`filter  ${summary(filters)}`);
  console.log(`scroll  ${summary(scrolls)}`);
  await panel.close();
  await browser.close();
}

void main();
