// How long the heatmap takes to be drawn first, and holds a frame when it is scrolled and zoomed, in Chromium.
// Run: npm run build && npx tsx bench/heatmap.ts
import type { HeatmapData } from '../src/protocol/panel.js';
import * as states from '../test/fixtures/panel/states.js';
import { launchBrowser } from '../test/support/browser.js';
import { Panel } from '../test/support/panelHost.js';

// More cells than this do not come through the line that a test's page has to its host.
const sizes = [[1000, 100]];
const rounds = 10;

/** A joint with a diagonal and noise around it. */
function jointOf(model: string, sources: number, targets: number): HeatmapData {
  const soft = new Float32Array(sources * targets);
  for (let y = 0, at = 0; y < targets; y++)
    for (let z = 0; z < sources; z++, at++)
      soft[at] = (z % targets === y ? 20 : 0) + ((z * 7919 + y * 104_729) % 97) / 97 / 10;
  return {
    model,
    targetClasses: Array.from({ length: targets }, (_, y) => `target class ${y}`),
    sourceClasses: Array.from({ length: sources }, (_, z) => `source class ${z}`),
    soft,
    hard: Uint32Array.from(soft, Math.round),
  };
}

/** The median of numbers, and the largest. */
function summary(times: number[]): string {
  const ordered = [...times].sort((a, b) => a - b);
  const [median, most] = [ordered[ordered.length >> 1], ordered[ordered.length - 1]];
  return `median ${median.toFixed(0)} ms, most ${most.toFixed(0)} ms`;
}

async function main(): Promise<void> {
  const browser = await launchBrowser();
  for (const [sources, targets] of sizes) {
    const data = jointOf('imagenet', sources, targets);
    const panel = await Panel.open(browser, {
      state: states.thousand,
      heatmap: () => data,
      kept: { run: 'run-1', heatmap: { top: 'all' } },
    });
    await panel.page.locator('.heatmap canvas').waitFor({ timeout: 120_000 });
    const devtools = await panel.page.context().newCDPSession(panel.page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    /** CPU of the page's main thread from an action until three frames later, milliseconds. */
    const cost = async (script: string) => {
      const used = async () => {
        const { metrics } = await devtools.send('Performance.getMetrics');
        return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
      };
      const before = await used();
      await panel.page.evaluate(`new Promise(done => {
        ${script};
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));
      })`);
      return (await used()) - before;
    };
    const times: Record<'draw' | 'pan' | 'zoom', number[]> = { draw: [], pan: [], zoom: [] };
    const press = (name: string) =>
      `[...document.querySelectorAll('.heatmap-tools vscode-button')].find(b => b.title === '${name}').click()`;
    const table = `document.querySelector('.heatmap vscode-checkbox').click()`;
    for (let round = 0; round < rounds; round++) {
      times.pan.push(
        await cost(`document.querySelector('.heatmap-box').scrollTo(0, ${(round * 977) % 9000})`),
      );
      times.zoom.push(await cost(press(round % 4 < 2 ? 'Zoom in' : 'Zoom out')));
    }
    // The table is small by now; leaving it draws the canvas anew, from the matrix on.
    for (let round = 0; round < 3; round++) {
      await cost(table);
      times.draw.push(await cost(table));
    }
    console.log(`${sources} x ${targets}`);
    for (const [what, all] of Object.entries(times)) console.log(`  ${what}  ${summary(all)}`);
    await panel.close();
  }
  await browser.close();
}

void main();
