import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { type Source, withoutComments } from './sources.js';

/** An import of a file, in any form. */
export interface Import {
  file: string;
  specifier: string;
  /** Erased by the compiler. */
  typeOnly: boolean;
  /** `import()` at run time. */
  lazy: boolean;
}

const statement = /\b(?:import|export)\s+(type\s)?[^'"`;()=]*?\bfrom\s*['"]([^'"]+)['"]/g;
const sideEffect = /^\s*import\s*['"]([^'"]+)['"]/gm;
const call = /(\btypeof\s+|[:=<|&]\s*)?\b(import|require)\(\s*['"]([^'"]+)['"]\s*\)(\.[A-Z])?/g;

/** The imports of a file, in the order of their forms: statements, side effects, calls. */
export function importsOf({ path, text }: Source): Import[] {
  const code = withoutComments(text);
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean, lazy: boolean) =>
    found.push({ file: path, specifier, typeOnly, lazy });
  for (const match of code.matchAll(statement)) add(match[2], match[1] !== undefined, false);
  for (const match of code.matchAll(sideEffect)) add(match[1], false, false);
  for (const match of code.matchAll(call)) {
    const inType = match[1]?.startsWith('typeof') || match[4] !== undefined;
    add(match[3], Boolean(inType), match[2] === 'import');
  }
  return found;
}

/** What a specifier means: a file of the project (from the root, without its ending), or a package. */
export function target({ file, specifier }: Import): { file: string } | { package: string } {
  if (specifier.startsWith('.')) {
    const path = posix.join(posix.dirname(file), specifier);
    return { file: path.replace(/\.js$/, '') };
  }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier))
    return { package: 'node' };
  return { package: /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier };
}
