// How long the heatmap takes from a message of the editor to a painted frame, and what scrolling and zooming cost, in Chromium; what
// of it is sent; and what the editor's side takes to make it. Beside each the same canvas filled by a bare putImageData.
// Run: npm run build && npx tsx bench/heatmap.ts
import { Heatmaps } from '../src/heatmap/index.js';
import { matrixOf } from '../src/heatmap/matrix.js';
import type { Joint } from '../src/protocol/worker.js';
import { done } from '../test/fixtures/panel/build.js';
import * as states from '../test/fixtures/panel/states.js';
import { launchBrowser } from '../test/support/browser.js';
import { Panel } from '../test/support/panelHost.js';

const sizes = [
  [1000, 100],
  [5000, 1000],
];
const models = 8;
const rounds = 12;

/** A joint with a diagonal and noise around it. */
function jointOf(model: string, sources: number, targets: number): Joint {
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

/**
 * Before the page's own scripts: notes how large a part of a heatmap is that arrives, and can hold it back until the page has nothing
 * else to do; notes when something is drawn on a canvas, and when the frame that shows it is through.
 */
const probe = `
  globalThis.probe = { hold: false, held: null, bytes: 0, drawn: false };
  addEventListener('message', event => {
    const part = event.data?.result?.value;
    if (!part?.largest || probe.held === event.data) return;
    if (probe.hold) {
      probe.held = event.data;
      event.stopImmediatePropagation();
    }
    const sizeOf = x => typeof x === 'string' ? x.length : ArrayBuffer.isView(x) ? x.byteLength
      : x && typeof x === 'object' ? Object.values(x).reduce((sum, y) => sum + sizeOf(y), 0) : 8;
    probe.bytes += sizeOf(part);
  }, true);
  /** The part that was held back arrives now. */
  globalThis.release = () => {
    probe.hold = false;
    dispatchEvent(new MessageEvent('message', { data: probe.held }));
  };
  const { drawImage, putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (...args) {
    if (this.canvas.isConnected) probe.drawn = true;
    return drawImage.apply(this, args);
  };
  /** Resolves with the time when a frame in which something was drawn is through. */
  globalThis.painted = () => new Promise(done => {
    const look = () => requestAnimationFrame(() => {
      if (!probe.drawn) return look();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      port2.postMessage(null);
    });
    look();
  });
  globalThis.after = async act => {
    probe.drawn = false;
    const from = performance.now();
    act();
    return (await painted()) - from;
  };
  /** A canvas of the heatmap's size over it, and what fills it. */
  globalThis.setBare = () => {
    const { width, height } = document.querySelector('.heatmap canvas');
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.style.cssText = 'position:fixed;top:0;left:0';
    document.body.append(canvas);
    const context = canvas.getContext('2d');
    globalThis.bare = { canvas, context, pixels: context.createImageData(width, height) };
  };
  globalThis.fillBare = () => {
    bare.pixels.data.fill(Math.random() * 256);
    putImageData.call(bare.context, bare.pixels, 0, 0);
    probe.drawn = true;
  };
`;

function median(times: number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1];
}

interface Cost {
  /** From the action to the end of the frame that shows it: on a busy machine others are in it. */
  wall: number;
  /** Of the thread that does it. */
  cpu: number;
}

function row(what: string, costs: Cost[], bare: Cost): void {
  const said = (kind: keyof Cost) => {
    const times = costs.map(cost => cost[kind]);
    const ratio = median(times) / bare[kind];
    return `${kind} median ${median(times).toFixed(1)} ms, most ${Math.max(...times).toFixed(1)}, ratio ${ratio.toFixed(2)}`;
  };
  console.log(`  ${what.padEnd(30)} ${said('cpu')}; ${said('wall')}`);
}

const middle = (costs: Cost[]): Cost => ({
  wall: median(costs.map(({ wall }) => wall)),
  cpu: median(costs.map(({ cpu }) => cpu)),
});

/** What the editor's side takes: everything of a matrix that was not looked at yet, and parts of one that was. */
async function host(sources: number, targets: number): Promise<void> {
  const joint = jointOf('m', sources, targets);
  const heatmaps = new Heatmaps(async () => joint);
  const request = {
    ...{ run: 'r', model: 'm', top: null, filter: '', cells: 65_536 },
    ...{ rows: [0, 1e9] as [number, number], columns: [0, 1e9] as [number, number] },
    block: { rows: 1, columns: 1 },
  };
  const part = { ...request, rows: [200, 328] as [number, number], cells: 240_000 };
  const several = async (work: () => unknown) => {
    const costs: Cost[] = [];
    for (let round = 0; round < rounds; round++) {
      const [from, used] = [performance.now(), process.cpuUsage()];
      await work();
      const { user, system } = process.cpuUsage(used);
      costs.push({ wall: performance.now() - from, cpu: (user + system) / 1000 });
    }
    return costs.slice(2);
  };
  let sum = 0;
  const bare = await several(() => {
    for (let at = 0; at < joint.soft.length; at++) sum += joint.soft[at];
    return sum;
  });
  row('host: a bare sum of all cells', bare, middle(bare));
  row('host: sums and order, once', await several(() => matrixOf(joint)), middle(bare));
  row('host: the whole in blocks', await several(() => heatmaps.window(request)), middle(bare));
  row('host: a part, single cells', await several(() => heatmaps.window(part)), middle(bare));
}

async function main(): Promise<void> {
  const browser = await launchBrowser();
  const base = states.thousand.report!;
  const ids = Array.from({ length: models }, (_, k) => `model-${k}`);
  const state = done({
    ...base,
    models: ids.map(id => ({ ...base.models[0], id, name: id })),
    ranking: { ...base.ranking, order: ids },
  });
  for (const [sources, targets] of sizes) {
    console.log(`${sources} x ${targets}`);
    await host(sources, targets);
    const joint = jointOf('imagenet', sources, targets);
    const panel = await Panel.open(browser, {
      state,
      heatmap: model => ({ ...joint, model }),
      kept: { run: 'run-1', heatmap: { top: 'all', zoom: 0.0001 } },
      script: probe,
    });
    const { page } = panel;
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const used = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
    };
    /** What an action costs until the frame that shows it, after which the page gets some rest. */
    const cost = async (action: string): Promise<Cost> => {
      const before = await used();
      const wall = (await page.evaluate(`after(() => { ${action} })`)) as number;
      const cpu = (await used()) - before;
      await page.waitForTimeout(400);
      return { wall, cpu };
    };
    const several = async (times: number, action: string) => {
      const costs: Cost[] = [];
      for (let round = 0; round < times; round++) costs.push(await cost(action));
      return costs;
    };
    await page.locator('.heatmap canvas').waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1000);
    await page.evaluate('setBare()');
    const fills = await several(rounds, 'fillBare()');
    const bare = middle(fills);
    row('bare putImageData', fills, bare);
    await page.evaluate('bare.canvas.remove()');

    const first: Cost[] = [];
    for (const id of ids.slice(1)) {
      await page.evaluate(`(() => {
        probe.hold = true;
        probe.bytes = 0;
        document.querySelector('tr[data-id="${id}"]').click();
      })()`);
      while (!(await page.evaluate('probe.held !== null'))) await page.waitForTimeout(50);
      await page.waitForTimeout(400);
      first.push(await cost('release()'));
      await page.evaluate('probe.held = null');
    }
    row('first paint, from its arrival', first, bare);
    const sent = async () =>
      `${(((await page.evaluate('probe.bytes')) as number) / 1000).toFixed(0)} kB`;
    console.log(`  sent for it: ${await sent()} of ${(sources * targets * 8) / 1000} kB`);
    const press = `[...document.querySelectorAll('.heatmap-tools vscode-button')].find(b => b.title === 'Zoom in').click()`;
    row('zoomed by a step', await several(rounds, press), bare);
    await page.evaluate('probe.bytes = 0');
    const scroll = `document.querySelector('.heatmap-box').scrollBy(40, 60)`;
    row('scrolled by 60 pixels', await several(rounds, scroll), bare);
    console.log(`  sent for ${rounds} of them: ${await sent()}`);
    await panel.close();
  }
  await browser.close();
}

void main();
