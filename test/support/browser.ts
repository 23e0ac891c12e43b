import { type Browser, chromium } from 'playwright-core';
import { ensureBrowser } from '../../scripts/lib/browser.js';

/** Starts the Chromium of this machine, without a window. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureBrowser(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
}
