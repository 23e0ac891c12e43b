import type { Report } from './schema.js';

/** Where the sender's files lie; folders end in a separator. */
interface Sender {
  /** What is open, or worked in; undefined where there is none or are several. */
  folder?: string;
  home: string;
}

/**
 * A report as it is sent to somebody: it says nothing of where the sender's files lie, in messages and scripts too, and holds in another
 * copy of the folder. Paths are told from the folder on, those elsewhere from the folder that all models share or the dataset lies in; of
 * what else lies in the sender's home, that becomes `~`.
 */
export function asSent(report: Report, { folder, home }: Sender): Report {
  const models = shared(report.models.map(({ path }) => parentOf(path)));
  const bases: [string, string][] = [
    [parentOf(folder ?? ''), ''],
    [models, ''],
    [parentOf(report.dataset.path), ''],
    [parentOf(home), '~/'],
  ];
  const replaced = bases.flatMap(([base, by]) => (base ? [{ path: among(base), by }] : []));
  const inside = (value: unknown): unknown => {
    if (typeof value === 'string')
      return replaced.reduce((text, { path, by }) => text.replace(path, by), value);
    if (Array.isArray(value)) return value.map(inside);
    if (value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(
      Object.entries(value as object).map(([key, one]) => [key, inside(one)]),
    );
  };
  return inside(report) as Report;
}

/** The folder of a path, with a separator at its end; empty for what lies at the root, of which nothing can be told. */
function parentOf(path: string): string {
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return /^([a-z]:)?[\\/]*$/i.test(folder) ? '' : folder;
}

/** The innermost folder that holds all of these; empty where that is the root, or there are none. */
function shared(folders: readonly string[]): string {
  return folders.reduce((common, folder) => {
    let n = 0;
    while (n < common.length && common[n] === folder[n]) n++;
    return parentOf(common.slice(0, n));
  }, folders[0] ?? '');
}

/** A folder where a path begins with it, also as strings of a script hold it, which escape Windows' separators. */
function among(folder: string): RegExp {
  const forms = [...new Set([folder, JSON.stringify(folder).slice(1, -1)])].map(escaped);
  return new RegExp(`(?<![\\p{L}\\p{N}_.~/\\\\-])(?:${forms.join('|')})`, 'gu');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
