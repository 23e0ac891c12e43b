import { execFileSync } from 'node:child_process';

const found = new Map<string, string | null>();

/**
 * A Python that has some modules, or null where there is none: tests that need it are then skipped by name. That of the
 * environment variable PYTHON is asked first.
 */
export function pythonWith(...modules: string[]): string | null {
  const wanted = modules.join();
  let command = found.get(wanted);
  if (command === undefined) {
    const given = process.env.PYTHON ? [process.env.PYTHON] : [];
    command = [...given, 'python3', 'python'].find(name => has(name, modules)) ?? null;
    found.set(wanted, command);
  }
  return command;
}

/** A Python with NumPy, or null. */
export function numpyPython(): string | null {
  return pythonWith('numpy');
}

function has(command: string, modules: readonly string[]): boolean {
  const code = modules.map(name => `import importlib.util as u; assert u.find_spec("${name}")`);
  try {
    execFileSync(command, ['-c', code.join('\n')], { stdio: 'ignore' });
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
