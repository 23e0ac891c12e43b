import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.js';
import { Panel, type PanelOptions } from '../support/panelHost.js';
import { root } from '../support/referenceData.js';

/**
 * A browser for the tests of a `describe`, and a function that opens a panel in it.
 * After each test: no violation of the page's policy, and no error in its console.
 */
export function panels(): (options: PanelOptions) => Promise<Panel> {
  let browser: Browser;
  let opened: Panel[] = [];
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  afterEach(async () => {
    const closing = opened;
    opened = [];
    await Promise.all(closing.map(panel => panel.close()));
    for (const panel of closing) {
      assert.deepEqual(panel.violations, []);
      assert.deepEqual(panel.errors, []);
    }
  });
  return async options => {
    const panel = await Panel.open(browser, options);
    opened.push(panel);
    return panel;
  };
}

/** Where screenshots for people to look at go. */
export function screenshot(name: string): string {
  const folder = join(root, 'out/screenshots/webview');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}
