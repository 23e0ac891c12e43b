import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the extension keeps things, until `dispose`. */
export interface Storage {
  folder: string;
  /** Why it is not the folder that was wanted, or why that cannot be written. */
  problem: Error | null;
  dispose(): void;
}

/**
 * `wanted`, with a folder `inside` it. Where that cannot be made or written (a disk that is read-only or full) a temporary one:
 * it costs the history, not the runs. Never throws, for nothing would start then.
 */
export function openStorage(wanted: string, inside: string): Storage {
  try {
    make(join(wanted, inside));
    return { folder: wanted, problem: null, dispose: () => undefined };
  } catch (error) {
    const problem = error as Error;
    try {
      const folder = mkdtempSync(join(tmpdir(), 'transferlens-'));
      make(join(folder, inside));
      const dispose = () => rmSync(folder, { recursive: true, force: true });
      return { folder, problem, dispose };
    } catch {
      return { folder: wanted, problem, dispose: () => undefined };
    }
  }
}

function make(folder: string): void {
  mkdirSync(folder, { recursive: true });
  accessSync(folder, constants.W_OK);
}
