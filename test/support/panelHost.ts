import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Message,
} from 'vscode-jsonrpc/node';
import { panelHtml } from '../../src/editor/panelHtml.js';
import { Heatmaps } from '../../src/heatmap/index.js';
import type { Fits } from '../../src/protocol/fits.js';
import {
  type PanelHostApi,
  type PanelPageApi,
  type PanelPush,
  type PanelState,
  panelHostChecks,
} from '../../src/protocol/panel.js';
import { client, serve } from '../../src/protocol/rpc.js';
import type { Joint } from '../../src/protocol/worker.js';
import { root } from './referenceData.js';
import { type Theme, themes } from './themes.js';

/** What VS Code does for every webview before its own page runs: `acquireVsCodeApi`, the theme, its default style. */
const preload = `
  addEventListener('securitypolicyviolation', event => violated(event.violatedDirective + ' ' + event.blockedURI));
  globalThis.acquireVsCodeApi = () => ({
    postMessage: message => { posted(message); },
    getState: () => globalThis.keptState,
    setState: state => { keep(state); },
  });
  globalThis.applyTheme = ({ kind, variables }) => {
    const html = document.documentElement;
    for (const name of [...html.style]) html.style.removeProperty(name);
    for (const [name, value] of Object.entries(variables)) html.style.setProperty('--vscode-' + name, value);
    document.body.className = kind === 'vscode-high-contrast-light' ? kind + ' vscode-high-contrast' : kind;
    document.body.dataset.vscodeThemeKind = kind;
  };
  const style = new CSSStyleSheet();
  style.replaceSync(\`@layer vscode-default {
    body { background-color: var(--vscode-editor-background); color: var(--vscode-editor-foreground);
      font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
    a, a code { color: var(--vscode-textLink-foreground); }
    code { font-family: var(--vscode-editor-font-family); }
    a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; }
  }\`);
  document.adoptedStyleSheets = [style];
  new MutationObserver((_, observer) => {
    if (!document.body) return;
    observer.disconnect();
    applyTheme(firstTheme);
  }).observe(document, { childList: true, subtree: true });
`;

export interface PanelOptions {
  state: PanelState;
  heatmap?: (model: string) => Joint | null | Promise<Joint | null>;
  /** Answers for shares and images; none: there are none. */
  fits?: (model: string) => Fits | null | Promise<Fits | null>;
  theme?: Theme;
  width?: number;
  height?: number;
  /** Device pixels of a CSS pixel: 2 at 200 % zoom. */
  scale?: number;
  /** What an earlier page left by `setState`. */
  kept?: unknown;
  reducedMotion?: boolean;
  /** Runs in the page before its own scripts: what a benchmark measures with. */
  script?: string;
}

/** The built page in a browser, with the editor's side of the line played by the test. */
export class Panel {
  readonly calls: { method: keyof PanelHostApi; params: unknown }[] = [];
  readonly violations: string[] = [];
  readonly errors: string[] = [];
  /** What the page kept last. */
  kept: unknown;
  /** Requests that are to be refused, by name. */
  readonly refuse = new Map<keyof PanelHostApi, Error>();
  page!: Page;
  #context!: BrowserContext;
  #server!: Server;
  #state: PanelState;
  #toPage!: PanelPageApi;

  readonly #heatmaps: Heatmaps;

  private constructor(private readonly options: PanelOptions) {
    this.#state = options.state;
    const joints = new Map<string, Joint | null>();
    this.#heatmaps = new Heatmaps(async (run, model) => {
      const key = JSON.stringify([run, model]);
      if (!joints.has(key)) joints.set(key, (await options.heatmap?.(model)) ?? null);
      return joints.get(key) ?? null;
    });
  }

  static async open(browser: Browser, options: PanelOptions): Promise<Panel> {
    const panel = new Panel(options);
    await panel.#open(browser);
    return panel;
  }

  async #open(browser: Browser): Promise<void> {
    const { width = 1200, height = 900, scale = 1 } = this.options;
    const { theme = themes.dark, kept, reducedMotion } = this.options;
    const { script = '' } = this.options;
    this.#server = await servePage();
    const { port } = this.#server.address() as AddressInfo;
    this.#context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: scale,
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    });
    this.page = await this.#context.newPage();
    this.page.setDefaultTimeout(15_000);
    this.page.on('pageerror', error => this.errors.push(String(error)));
    this.page.on('console', message => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    let heard: DataCallback = () => undefined;
    await this.page.exposeBinding('posted', (_, message: Message) => heard(message));
    await this.page.exposeBinding('violated', (_, what: string) => this.violations.push(what));
    await this.page.exposeBinding('keep', (_, state: unknown) => {
      this.kept = state;
    });
    await this.page.addInitScript(
      `globalThis.firstTheme = ${JSON.stringify(theme)}; globalThis.keptState = ${JSON.stringify(kept) ?? 'undefined'};${preload}${script}`,
    );
    const reader = new (class extends AbstractMessageReader {
      listen(callback: DataCallback) {
        heard = callback;
        return { dispose: () => undefined };
      }
    })();
    const { page } = this;
    const writer = new (class extends AbstractMessageWriter {
      async write(message: Message) {
        await page.evaluate(data => {
          dispatchEvent(new MessageEvent('message', { data }));
        }, message as unknown);
      }
      end() {
        this.dispose();
      }
    })();
    const connection = createMessageConnection(reader, writer);
    serve<PanelHostApi>(connection, this.#host(), panelHostChecks, () => undefined);
    this.#toPage = client<PanelPageApi>(connection);
    connection.listen();
    await this.page.goto(`http://127.0.0.1:${port}/`);
    await this.page.locator('main:not(.opening)').waitFor();
  }

  #host(): PanelHostApi {
    const called = (method: keyof PanelHostApi) => async (params: unknown) => {
      this.calls.push({ method, params });
      const error = this.refuse.get(method);
      if (error) throw error;
    };
    return {
      ready: async () => {
        this.calls.push({ method: 'ready', params: null });
        // Not awaited: the page takes the state only after its request was answered.
        void this.#toPage.state(this.#state);
      },
      heatmap: async params => {
        await called('heatmap')(params);
        return this.#heatmaps.window(params);
      },
      saveHeatmap: async params => {
        await called('saveHeatmap')(params);
        return true;
      },
      fits: async params => {
        await called('fits')(params);
        return this.options.fits?.(params.model) ?? null;
      },
      open: called('open'),
      cancel: called('cancel'),
      retry: called('retry'),
      useAll: called('useAll'),
      start: called('start'),
      editPreprocessing: called('editPreprocessing'),
      chooseOutput: called('chooseOutput'),
      choosePixelRange: called('choosePixelRange'),
      reveal: called('reveal'),
      copy: called('copy'),
      star: called('star'),
      keepView: called('keepView'),
      save: async params => {
        await called('save')(params);
        return true;
      },
      exportReport: called('exportReport'),
      showLog: called('showLog'),
      manageTrust: called('manageTrust'),
    };
  }

  /** Pushes a state to the page and waits until it has taken it in. */
  async push(state: PanelPush): Promise<void> {
    const { report = this.#state.report } = state;
    this.#state = { ...state, report };
    await this.#toPage.state(state);
    await this.page.evaluate(() => new Promise(requestAnimationFrame));
  }

  async setTheme(theme: Theme): Promise<void> {
    await this.page.evaluate(
      chosen => (globalThis as unknown as { applyTheme(t: unknown): void }).applyTheme(chosen),
      theme,
    );
    await this.page.evaluate(() => new Promise(requestAnimationFrame));
  }

  /** Parameters of the calls of one method, in order. */
  called(method: keyof PanelHostApi): unknown[] {
    return this.calls.filter(call => call.method === method).map(({ params }) => params);
  }

  async close(): Promise<void> {
    await this.#context.close();
    this.#server.close();
  }
}

/** Serves the built page with the policy that the extension gives it. */
async function servePage(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/') {
      const { port } = server.address() as AddressInfo;
      const origin = `http://127.0.0.1:${port}`;
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(
        panelHtml({
          script: `${origin}/webview.js`,
          style: `${origin}/webview.css`,
          cspSource: origin,
          nonce: 'dGVzdC1ub25jZS0xMjM0NQ==',
          title: 'TransferLens',
          language: 'en',
        }),
      );
      return;
    }
    const file = join(root, 'dist', path.slice(1));
    if (!/^\/webview\.(js|css)$/.test(path) || !existsSync(file)) {
      response.statusCode = path === '/favicon.ico' ? 204 : 404;
      response.end();
      return;
    }
    response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/css');
    createReadStream(file).pipe(response);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return server;
}

/** Source of axe-core, which checks a page's accessibility. */
export const axeSource = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
