import { basename, dirname, resolve } from 'node:path';
import { sniffModel } from '../models/index.js';
import type { ModelSummary } from '../protocol/found.js';

/** A candidate of a run, before anything of it is loaded. */
export interface Entry extends ModelSummary {
  /** Unique in the run and stable over runs of the same models: the name, with parent folders where two share it. */
  id: string;
}

/** The candidates of a run by their paths, in that order; a path that is given twice counts once. */
export async function entriesOf(paths: readonly string[]): Promise<Entry[]> {
  const unique = [...new Set(paths.map(path => resolve(path)))];
  const found = await Promise.all(
    unique.map(
      async (path): Promise<ModelSummary> =>
        (await sniffModel(path)) ?? { path, name: basename(path), format: 'unknown', bytes: 0 },
    ),
  );
  const ids = found.map(model => model.name);
  // Two models of one name are told apart by their folders, one level up at a time.
  for (let level = 1, clash = clashes(ids); clash.size > 0; level++, clash = clashes(ids)) {
    for (const k of clash) {
      let folder = found[k].path;
      for (let up = 0; up < level; up++) folder = dirname(folder);
      ids[k] = level > 20 ? `${ids[k]}#${k}` : `${basename(folder)}/${ids[k]}`;
    }
  }
  return found.map((model, k) => ({ ...model, id: ids[k] }));
}

/** Positions of the ids that occur more than once. */
function clashes(ids: readonly string[]): Set<number> {
  const seen = new Map<string, number[]>();
  for (const [k, id] of ids.entries()) seen.set(id, [...(seen.get(id) ?? []), k]);
  return new Set([...seen.values()].filter(at => at.length > 1).flat());
}
