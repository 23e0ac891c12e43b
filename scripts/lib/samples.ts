import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './root.js';

/**
 * Copies the sample workspace into out/ and resolves with the copy's path, so that what is saved beside the samples
 * stays out of git. `fresh`: whatever the copy had before is removed.
 */
export async function copySamples(name: string, fresh: boolean): Promise<string> {
  const copy = join(root, 'out', name);
  if (fresh) await rm(copy, { recursive: true, force: true });
  await cp(join(root, 'samples'), copy, { recursive: true });
  return copy;
}
