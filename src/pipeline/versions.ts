import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { version } from '../../package.json';

/** This program's version. */
export { version };

/** Versions of what decides an output; a package that is not there is left out. */
export function versions(): Record<string, string> {
  const require = createRequire(__filename);
  const found: Record<string, string> = { node: process.versions.node };
  for (const name of ['onnxruntime-node', 'sharp']) {
    // By its file: a package need not let its package.json be required.
    for (const folder of require.resolve.paths(name) ?? []) {
      try {
        found[name] = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')).version;
        break;
      } catch {
        // Not here. Where it is nowhere, opening a model says so, with the cure.
      }
    }
  }
  return found;
}
