import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/root.js';

export { root };

const base = process.env.TRANSFERLENS_DATA ?? join(root, '..', 'shared', 'data');

/** Path of a file of the reference data (real models, real datasets, golden values), or null where it is not on this machine. */
export function referenceData(...parts: string[]): string | null {
  const path = join(base, ...parts);
  return existsSync(path) ? path : null;
}
