// npm start: builds, and opens the sample workspace in a real VS Code with the extension in it.
//   --desktop    in the `code` of the PATH instead of the browser
//   --port N     in the browser, at this port
import { parseArgs } from 'node:util';
import { root } from './lib/root.js';
import { endWithNpm, fail, Problem, run, which } from './lib/run.js';
import { copySamples } from './lib/samples.js';
import { ensureVSCode, hasVSCode, startVSCode } from './lib/vscode.js';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { desktop: { type: 'boolean' }, port: { type: 'string' } },
  });
  endWithNpm();
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Problem(`--port ${values.port}: not a port. Give a number from 1 to 65535.`);

  if ((await run(process.execPath, ['esbuild.mjs'], { cwd: root })) !== 0)
    throw new Problem('The build failed; the reason is above.');
  const workspace = await copySamples('samples', false);

  if (values.desktop || !hasVSCode) await openDesktop(workspace);
  else await openInBrowser(workspace, port);
}

async function openInBrowser(workspace: string, port: number): Promise<void> {
  await ensureVSCode();
  const { url } = await startVSCode({ workspace, extension: root, port });
  console.log(`VS Code with TransferLens: ${url} (stop with Ctrl+C)`);
}

async function openDesktop(workspace: string): Promise<void> {
  const code = which('code');
  if (!code)
    throw new Problem(
      'VS Code was not found: its command `code` must be on the PATH (in VS Code: "Shell Command: Install \'code\' command in PATH").',
    );
  const args = ['--new-window', '--wait', `--extensionDevelopmentPath=${root}`, workspace];
  await run(code, args, { shell: process.platform === 'win32' });
}

await main().catch(fail);
