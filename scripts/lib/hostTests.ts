import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'node:util';
import { build } from 'esbuild';
import { launchBrowser } from '../../test/support/browser.js';
import { root } from './root.js';
import { Problem } from './run.js';
import { copySamples } from './samples.js';
import { ensureVSCode, startVSCode } from './vscode.js';

const limit = 5 * 60_000;

/** Goes before what the tests print: VS Code's own log comes the same way. */
const mark = 'tests:';

/**
 * Runs test/host/*.test.ts inside VS Code's extension host, with this project as the extension under development, or with the
 * file that TRANSFERLENS_VSIX names installed.
 * The tests' module has the shape that the desktop's test runner (@vscode/test-electron) wants too.
 */
export async function runHostTests(results: string): Promise<void> {
  await ensureVSCode();
  const tests = await bundle();
  const packed = process.env.TRANSFERLENS_VSIX !== undefined;
  const code = await startVSCode({
    ...(packed ? { extension: root } : {}),
    workspace: await copySamples('host/samples', true),
    testDriver: true,
    env: { TRANSFERLENS_RESULTS: results },
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const ended = new Promise<void>((resolve, reject) => {
      setTimeout(() => reject(new Problem('The tests did not end in time.')), limit).unref();
      void page.exposeFunction('codeAutomationExit', () => resolve());
    });
    await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
      if (args[0] === mark) console.log(format(...args.slice(1)));
    });
    const remote = `vscode-remote://${code.authority}`;
    const payload = [
      // Tests run only beside something under development; the test's own folder is no extension.
      ['extensionDevelopmentPath', remote + (packed ? dirname(tests) : root)],
      ['extensionTestsPath', remote + tests],
    ];
    await page.goto(`${code.url}&payload=${encodeURIComponent(JSON.stringify(payload))}`, {
      timeout: 60_000,
    });
    await ended;
  } finally {
    await browser.close();
    await code.stop();
  }
}

/** Bundles the tests into one module that runs them; resolves with its path. */
async function bundle(): Promise<string> {
  const folder = join(root, 'test/host');
  const files = readdirSync(folder).filter(name => name.endsWith('.test.ts'));
  const outfile = join(root, 'out/host/index.js');
  await build({
    stdin: {
      resolveDir: folder,
      contents: `
        import Mocha from 'mocha';
        import { runMocha } from '../support/runMocha.ts';
        Mocha.reporters.Base.consoleLog = (...args) => console.log('${mark}', ...args);
        export async function run() {
          const mocha = new Mocha({ timeout: 60_000, color: true, forbidOnly: true });
          mocha.suite.emit('pre-require', globalThis, '', mocha);
          ${files.map(name => `require('./${name}');`).join('\n')}
          const { failed } = await runMocha(mocha, process.env.TRANSFERLENS_RESULTS);
          if (failed.length > 0) throw new Error(failed.length + ' failed');
        }`,
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
    // Modules that ask where they are have a fallback for this format.
    logOverride: { 'empty-import-meta': 'silent' },
    outfile,
  });
  return outfile;
}
