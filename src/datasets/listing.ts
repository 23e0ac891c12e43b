import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Listing } from './dataset.js';

/** What an empty folder holds, and one that cannot be read. */
export const emptyListing: Listing = { files: [], directories: [], hidden: [], links: new Map() };

/** What the system leaves in folders and is never data: dot files (`.DS_Store`, `._*`) and Windows' own. */
function isHidden(name: string): boolean {
  return name.startsWith('.') || /^(thumbs\.db|desktop\.ini|__macosx)$/i.test(name);
}

/**
 * What is in one folder. Symbolic links are followed, but never back to a folder that the path runs through,
 * so that walking down the result ends. Rejects with the system's error where the folder cannot be read.
 * @param isFile names whose links are taken for files without looking (a link costs a system call)
 */
export async function listFolder(
  folder: string,
  isFile: (name: string) => boolean = () => false,
): Promise<Listing> {
  const files: string[] = [];
  const directories: string[] = [];
  const hidden: string[] = [];
  const links = new Map<string, string>();
  const unresolved: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (isHidden(entry.name)) {
      if (entry.isDirectory()) hidden.push(entry.name);
    } else if (entry.isFile()) files.push(entry.name);
    else if (entry.isDirectory()) directories.push(entry.name);
    else if (isLink(entry)) {
      if (isFile(entry.name)) files.push(entry.name);
      else unresolved.push(entry.name);
    }
  }
  const targets = await Promise.all(
    unresolved.map(name => stat(join(folder, name)).catch(() => null)),
  );
  const above = targets.some(target => target?.isDirectory()) ? await realAncestors(folder) : null;
  for (const [k, target] of targets.entries()) {
    const name = unresolved[k];
    // A link to nowhere is listed: whoever reads it says so, where leaving it out would hide it.
    if (!target || target.isFile()) files.push(name);
    if (!above || !target?.isDirectory()) continue;
    const real = await realpath(join(folder, name));
    if (above.has(real)) continue;
    directories.push(name);
    links.set(name, real);
  }
  return { files, directories, hidden, links };
}

/** A link, or an entry of a file system that does not tell kinds apart. Never a pipe: reading one would hang. */
function isLink(entry: Dirent): boolean {
  return (
    entry.isSymbolicLink() ||
    !(entry.isFIFO() || entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice())
  );
}

/** Real paths of a folder and of all that its path runs through. */
async function realAncestors(folder: string): Promise<Set<string>> {
  const above = new Set<string>();
  for (let path = folder; ; path = dirname(path)) {
    above.add(await realpath(path));
    if (path === dirname(path)) return above;
  }
}

/**
 * Sorts names in place by code point, as Python and torchvision do.
 * JavaScript's own order differs where an emoji meets U+E000 to U+FFFF.
 */
export function sortNames(names: string[]): string[] {
  return names.some(name => /[\ud800-\udfff]/.test(name)) ? names.sort(byCodePoint) : names.sort();
}

/** Order of two strings by code point. */
export function byCodePoint(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return surrogatesLast(x) - surrogatesLast(y);
  }
  return a.length - b.length;
}

function surrogatesLast(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
