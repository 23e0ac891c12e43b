import assert from 'node:assert/strict';
import { importsOf, target } from './importGraph.js';
import { allFolders, readSources, type Source, withoutComments } from './sources.js';

/** What is loaded from outside, or by a name that is put together: by VS Code, and by `openModel` and `openDataset`. */
const entries = /^src\/(extension|(models|datasets)\/\w+\/open)\.ts$/;

const declaration =
  /^export (?:async )?(?:abstract )?(?:function\*?|class|const|let|enum) ([\w$]+)/gm;
const names =
  /^(?:import|export)\s+(?:type\s)?(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s*from\s*['"]([^'"]+)['"]/gm;

interface Named {
  from: string;
  /** Its name there, and here. */
  name: string;
  as: string;
}

/** What a file takes from others by name, as an import or to give it on. */
function namesIn(code: string, isExport: boolean): Named[] {
  return [...code.matchAll(names)]
    .filter(([text]) => text.startsWith('export') === isExport)
    .flatMap(([, list, from]) =>
      list
        .split(',')
        .map(one => one.trim().replace(/^type /, ''))
        .filter(one => one !== '')
        .map(one => {
          const [name, as = name] = one.split(/\s+as\s+/);
          return { from, name, as };
        }),
    );
}

/** `file: name` of every value that is exported, and of everything that is passed on, that no other file takes. */
function unusedExports(sources: readonly Source[]): string[] {
  const taken = new Set<string>();
  const whole = new Set<string>();
  const given: { file: string; name: string }[] = [];
  for (const { path, text } of sources) {
    const code = withoutComments(text);
    const file = path.replace(/\.m?tsx?$/, '');
    const at = (specifier: string) => {
      const to = target({ file: path, specifier, typeOnly: false, lazy: false });
      return 'file' in to ? to.file : null;
    };
    const [imported, passedOn] = [namesIn(code, false), namesIn(code, true)];
    for (const { from, name } of [...imported, ...passedOn]) taken.add(`${at(from)}: ${name}`);
    const byName = new Set([...imported, ...passedOn].map(({ from }) => from));
    // `import * as x`, `export *` and `import()` may take anything.
    for (const { specifier, lazy } of importsOf({ path, text }))
      if (lazy || !byName.has(specifier)) whole.add(at(specifier) ?? '');
    if (entries.test(path)) continue;
    for (const [, name] of code.matchAll(declaration)) given.push({ file, name });
    for (const { as } of passedOn) given.push({ file, name: as });
  }
  return given
    .map(({ file, name }) => ({ file, key: `${file}: ${name}` }))
    .filter(({ file, key }) => !whole.has(file) && !taken.has(key))
    .map(({ key }) => key);
}

describe('exports', () => {
  it('that nobody takes are found in every form', () => {
    const file = (path: string, text: string) => ({ path, text });
    const unused = unusedExports([
      file('src/a.ts', 'export const used = 1;\nexport function* idle() {}\nexport type T = 1;'),
      file('src/b.ts', 'export class All {}'),
      file('src/index.ts', "export { used, used as other, type T } from './a.js';"),
      file('src/c.ts', "import { used } from './index.js';\nimport * as b from './b.js';"),
      file('src/d.ts', "// import { idle } from './a.js';\nexport async function lone() {}"),
    ]);
    assert.deepEqual(unused, ['src/a: idle', 'src/index: other', 'src/index: T', 'src/d: lone']);
  });

  it('are taken by somebody', () => {
    assert.deepEqual(unusedExports(readSources(allFolders)), []);
  });
});
