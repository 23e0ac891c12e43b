// npm start: builds, and opens the sample workspace in a real VS Code with the extension in it.
//   --desktop    in the `code` of the PATH instead of the browser
//   --port N     in the browser, at this port
import { parseArgs } from 'node:util';
import { root } from './lib/root.js';
import { endWithNpm, fail, Problem, run, which } from './lib/run.js';
import { copySamples } from './lib/samples.js';
import { ensureVSCode, hasVSCode, startVSCode } from './lib/vscode.js';

async function main(): Promise<void> {
  endWithNpm();
  const { desktop, port } = options();

  if ((await run(process.execPath, ['esbuild.mjs'], { cwd: root })) !== 0)
    throw new Problem('The build failed; the reason is above.');
  const workspace = await copySamples('samples', false);

  if (desktop || !hasVSCode) await openDesktop(workspace);
  else await openInBrowser(workspace, port);
}

function options(): { desktop: boolean; port: number } {
  const args = [...process.argv.slice(2)];
  const known = { desktop: { type: 'boolean' }, port: { type: 'string' } } as const;
  const { values, tokens } = parseArgs({ args, options: known, strict: false, tokens: true });
  const unknown = tokens.find(token => token.kind !== 'option' || !(token.name in known));
  if (unknown)
    throw new Problem(`${args[unknown.index]}: not known. There are --desktop and --port N.`);
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Problem(`--port ${values.port}: not a port. Give a number from 1 to 65535.`);
  return { desktop: values.desktop === true, port };
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

main().catch(fail);
