import { type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A sentence for the person at the terminal; the scripts print it without a stack. */
export class Problem extends Error {}

/** Runs a program to its end on this terminal; resolves with its exit code (1 where a signal ended it). */
export function run(command: string, args: string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    // Ctrl+C reaches the child by itself (same terminal); a signal to this process alone would not.
    const end = () => {
      child.kill('SIGTERM');
      child.on('close', () => process.exit(143));
    };
    process.on('SIGTERM', end);
    child.on('error', reject);
    child.on('close', code => {
      process.off('SIGTERM', end);
      resolve(code ?? 1);
    });
  });
}

/** Runs a program and keeps what it prints to itself; that is part of the error where it fails. */
export function runQuietly(
  command: string,
  args: string[],
  options: SpawnOptions = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout?.on('data', text => (output += text));
    child.stderr?.on('data', text => (output += text));
    child.on('error', reject);
    child.on('close', code =>
      code === 0
        ? resolve()
        : reject(new Problem(`${command} ${args.join(' ')} failed:\n${output.trim()}`)),
    );
  });
}

/** Runs npm, the one that runs this script where there is one. */
export function npm(args: string[], options: SpawnOptions): Promise<void> {
  const self = process.env.npm_execpath;
  return self
    ? runQuietly(process.execPath, [self, ...args], options)
    : runQuietly('npm', args, options);
}

/** The full path of a program on the PATH, or null. */
export function which(...names: string[]): string | null {
  const endings = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  for (const name of names)
    for (const folder of (process.env.PATH ?? '').split(delimiter))
      for (const ending of endings) {
        const path = join(folder, name + ending);
        if (isExecutable(path)) return path;
      }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Ends this process, as by SIGTERM, when npm is ended that runs it: npm does not tell its scripts. */
export function endWithNpm(): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = () => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  };
  setInterval(watch, 500).unref();
}

/** Ends a script: a `Problem` as its sentence, anything else with its stack. */
export function fail(error: unknown): never {
  console.error(error instanceof Problem ? error.message : error);
  process.exit(1);
}
