// Runs one suite of tests and writes what became of them: suite.ts NAME RESULTS_FILE.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { runMocha } from '../test/support/runMocha.js';
import { runHostTests } from './lib/hostTests.js';
import { root } from './lib/root.js';
import { fail } from './lib/run.js';

/** Milliseconds that one test may take. */
const timeouts: Record<string, number> = {
  unit: 60_000,
  worker: 120_000,
  webview: 60_000,
  e2e: 240_000,
};

async function main([name, results]: string[]): Promise<void> {
  if (name === 'host') return runHostTests(results);
  const folder = join(root, 'test', name);
  const mocha = new Mocha({ timeout: timeouts[name], forbidOnly: true });
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort())
    if (file.endsWith('.test.ts')) mocha.addFile(join(folder, file));
  await mocha.loadFilesAsync();
  await runMocha(mocha, results);
}

main(process.argv.slice(2)).then(() => process.exit(0), fail);
