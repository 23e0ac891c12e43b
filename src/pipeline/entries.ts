import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { sniffModel } from '../models/index.js';
import { modelFiles } from '../models/open.js';
import type { ModelSummary } from '../protocol/found.js';

/** A candidate of a run, before anything of it is loaded. */
export interface Entry extends ModelSummary {
  /** Unique in the run and stable over runs of the same models: the name, with parent folders where two share it. */
  id: string;
  /** The same: what people read has to tell models apart too. */
  name: string;
}

/** The candidates of a run by their paths, in that order; a path that is given twice counts once. */
export async function entriesOf(paths: readonly string[]): Promise<Entry[]> {
  const unique = [...new Set(paths.map(path => resolve(path)))];
  const found = await Promise.all(
    unique.map(async (path): Promise<ModelSummary> => {
      const model = await sniffModel(path);
      if (!model) return { path, name: basename(path), format: 'unknown', bytes: 0 };
      return { ...model, bytes: (await bytesOf(path)) ?? model.bytes };
    }),
  );
  const ids = found.map(model => model.name);
  const file = (k: number) => join(dirname(found[k].path), ids[k]);
  // Of one name in one folder, as `net.onnx` and `net.ONNX`: told apart by the whole names of their files.
  for (const k of clashes(found.map((_, k) => file(k)))) ids[k] = basename(found[k].path);
  // Otherwise by their folders, one level up at a time; a name that comes from a folder has it already.
  const folders = found.map(({ path, name }) => {
    const above = dirname(path).split(sep).filter(Boolean).reverse();
    return above.slice(above.indexOf(name) === 0 ? 1 : 0);
  });
  for (let clash = clashes(ids); clash.size > 0; clash = clashes(ids))
    for (const k of clash) ids[k] = `${folders[k].shift() ?? `#${k}`}/${ids[k]}`;
  return found.map((model, k) => ({ ...model, id: ids[k], name: ids[k] }));
}

/** Bytes of all files of a model, also those with weights that a search did not look for; null where it cannot be opened. */
async function bytesOf(path: string): Promise<number | null> {
  try {
    const files = await Promise.all((await modelFiles(path)).map(file => stat(file)));
    return files.reduce((sum, { size }) => sum + size, 0);
  } catch {
    // Its own row will say why.
    return null;
  }
}

/** Positions of the ids that occur more than once. */
function clashes(ids: readonly string[]): Set<number> {
  const seen = new Map<string, number[]>();
  for (const [k, id] of ids.entries()) seen.set(id, [...(seen.get(id) ?? []), k]);
  return new Set([...seen.values()].filter(at => at.length > 1).flat());
}
