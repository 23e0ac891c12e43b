// npm test: format, lint and types; the build; then every suite of tests. `npm test -- unit worker`: only these suites.
// The last line is always `N passed, N failed, N skipped`.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Results } from '../test/support/runMocha.js';
import { ensureBrowser } from './lib/browser.js';
import { root } from './lib/root.js';
import { endWithNpm, npm, Problem, run } from './lib/run.js';
import { ensureVSCode, hasVSCode } from './lib/vscode.js';

/** Suites, in groups that run at the same time: what opens a browser or VS Code has the machine to itself. */
const groups = [['unit', 'worker'], ['webview'], ['host'], ['e2e']];
const suites = groups.flat();
const inBrowser = ['webview', 'host', 'e2e'];
const inVSCode = ['host', 'e2e'];
/** Longest time that a whole suite may take, milliseconds. */
const limit = 15 * 60_000;

async function main(): Promise<Results> {
  endWithNpm();
  const named = process.argv.slice(2);
  const unknown = named.find(name => !suites.includes(name));
  if (unknown) throw new Problem(`No suite "${unknown}"; there are ${suites.join(', ')}.`);

  if (named.length === 0) await step('check', 'Format, lint and types');
  await step('build', 'Build');
  const total: Results = { passed: [], failed: [], skipped: [] };
  // It is installed while the first suites run; what fails is told by the suites that need it.
  if (hasVSCode && (named.length === 0 || named.some(name => inVSCode.includes(name))))
    vscodeReady().catch(() => undefined);
  for (const group of groups) {
    const wanted = group.filter(name => named.length === 0 || named.includes(name));
    const running = wanted.map((name, k) => runSuite(name, k === 0 ? 'inherit' : outputOf(name)));
    for (const [k, name] of wanted.entries()) {
      console.log(`\n== ${name}`);
      const { passed, failed, skipped } = await running[k];
      if (k > 0) process.stdout.write(readFileSync(outputOf(name)));
      total.passed.push(...passed);
      total.failed.push(...failed);
      total.skipped.push(...skipped);
    }
  }
  return total;
}

async function step(script: string, title: string): Promise<void> {
  console.log(title);
  await npm(['run', '--silent', script], { cwd: root });
}

let installing: Promise<void> | undefined;

/** Installs VS Code, once. */
function vscodeReady(): Promise<void> {
  installing ??= ensureVSCode();
  return installing;
}

/** Where a suite writes that another one prints over. */
const outputOf = (suite: string) => join(root, `out/results/${suite}.log`);

/** @param output 'inherit', or the file that its output goes to */
async function runSuite(suite: string, output: string): Promise<Results> {
  const none = { passed: [], failed: [], skipped: [] };
  if (inVSCode.includes(suite) && !hasVSCode)
    return { ...none, skipped: [`${suite}: needs VS Code from npm, which runs on Linux x64 only`] };
  const file = join(root, `out/results/${suite}.json`);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const to = output === 'inherit' ? output : openSync(output, 'w');
  try {
    if (inBrowser.includes(suite)) await ensureBrowser();
    if (inVSCode.includes(suite)) await vscodeReady();
    const script = join(root, 'scripts/suite.ts');
    const args = ['--import', 'tsx', script, suite, file];
    const code = await run(process.execPath, args, {
      cwd: root,
      timeout: limit,
      stdio: ['inherit', to, to],
    });
    const results: Results = JSON.parse(readFileSync(file, 'utf8'));
    if (code !== 0) results.failed.push(`${suite}: ended with exit code ${code}`);
    return results;
  } catch (error) {
    return { ...none, failed: [`${suite}: ${reason(error)}`] };
  } finally {
    if (to !== 'inherit') closeSync(to);
  }
}

function reason(error: unknown): string {
  if (error instanceof Problem) return error.message;
  return `ended before its tests did (${error instanceof Error ? error.message : error})`;
}

function list(title: string, names: string[]): void {
  if (names.length > 0) console.log(`\n${title}:\n${names.map(name => `  ${name}`).join('\n')}`);
}

function finish({ passed, failed, skipped }: Results): never {
  list('Skipped', skipped);
  list('Failed', failed);
  console.log(`\n${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
  process.exit(failed.length > 0 ? 1 : 0);
}

main().then(finish, (error: unknown) => {
  console.error(error instanceof Problem ? error.message : error);
  finish({ passed: [], failed: ['Check or build'], skipped: [] });
});
