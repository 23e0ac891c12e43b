import { createRequire } from 'node:module';
import { version } from '../../package.json';

/** This program's version. */
export { version };

/** Versions of what decides an output; a package that is not there is left out. */
export function versions(): Record<string, string> {
  const require = createRequire(__filename);
  const found: Record<string, string> = { node: process.versions.node };
  for (const name of ['onnxruntime-node', 'sharp']) {
    try {
      found[name] = (require(`${name}/package.json`) as { version: string }).version;
    } catch {
      // Opening a model says what is missing, with the cure.
    }
  }
  return found;
}
