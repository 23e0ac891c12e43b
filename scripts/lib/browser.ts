import { existsSync } from 'node:fs';
import { Problem, run, which } from './run.js';

const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The program of a Chromium or Chrome on this machine (`CHROME_PATH` first), or null. */
function findBrowser(): string | null {
  return (
    process.env.CHROME_PATH ||
    which('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ||
    (places.find(path => existsSync(path)) ?? null)
  );
}

/** Like `findBrowser`; where there is none and this is root on Debian, installs it. */
export async function ensureBrowser(): Promise<string> {
  const found = findBrowser();
  if (found) return found;
  if (process.getuid?.() === 0 && which('apt-get')) {
    console.log('Installing Chromium from Debian (once) ...');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
    const installed = findBrowser();
    if (installed) return installed;
  }
  throw new Problem(
    'No Chromium or Chrome was found. Install one (on Debian: apt-get install chromium), or set CHROME_PATH to its program.',
  );
}
