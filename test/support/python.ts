import { execFileSync } from 'node:child_process';

let found: string | null | undefined;

/** A Python with NumPy, or null where there is none: tests that need it are then skipped by name. */
export function numpyPython(): string | null {
  found ??= ['python3', 'python'].find(hasNumpy) ?? null;
  return found;
}

function hasNumpy(command: string): boolean {
  try {
    execFileSync(command, ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a script and parses the JSON that it prints. */
export function python<T>(script: string, ...args: string[]): T {
  const command = numpyPython();
  if (!command) throw new Error('There is no Python with NumPy');
  return JSON.parse(execFileSync(command, ['-c', script, ...args], { encoding: 'utf8' })) as T;
}
