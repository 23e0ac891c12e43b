import assert from 'node:assert/strict';
import { importsOf, target } from './importGraph.js';
import { allFolders, readSources, type Source } from './sources.js';

/** Which files each file imports, in whatever form, types among them; from the root, without endings. */
function importGraph(sources: readonly Source[]): Map<string, string[]> {
  return new Map(
    sources.map(source => [
      source.path.replace(/\.m?tsx?$/, ''),
      importsOf(source).flatMap(one => {
        const to = target(one);
        return 'file' in to ? [to.file] : [];
      }),
    ]),
  );
}

/** One circle of files that import each other, from the first of them back to it; null where there is none. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (file: string): string[] | null => {
    const from = way.indexOf(file);
    if (from >= 0) return [...way.slice(from), file];
    if (done.has(file)) return null;
    way.push(file);
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next);
      if (circle) return circle;
    }
    way.pop();
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const circle = visit(file);
    if (circle) return circle;
  }
  return null;
}

describe('files that import each other', () => {
  it('are found, by types alone and over several files too', () => {
    const file = (path: string, text: string) => ({ path, text });
    const graph = importGraph([
      file('src/a.ts', "import { b } from './x/b.js';"),
      file('src/x/b.ts', "export * from './c.js';"),
      file('src/x/c.tsx', "import type { A } from '../a.js';"),
    ]);
    assert.deepEqual(circleIn(graph), ['src/a', 'src/x/b', 'src/x/c', 'src/a']);
    graph.set('src/x/c', []);
    assert.equal(circleIn(graph), null);
  });

  it('are none', () => {
    const graph = importGraph(readSources(allFolders));
    const known = [...graph.values()].flat().filter(file => graph.has(file));
    assert.ok(known.length > 2000, `only ${known.length} imports of files were found`);
    assert.equal(circleIn(graph)?.join(' -> '), undefined);
  });
});
