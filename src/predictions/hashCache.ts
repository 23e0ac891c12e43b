import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashesFolder, writeWhole } from './layout.js';

/** Size, time of change (ms) and inode of a file when it was hashed, and the hash. */
type Entry = readonly [size: number, mtime: number, inode: number, hash: string];

/** A file that changed this recently may change again within the same tick of its clock, milliseconds. */
const settling = 2000;

/**
 * Hashes that are known of files as they were: one file of the cache for each dataset or model. Two windows that save
 * at once do no harm: the last one wins, and what is missing is hashed again.
 */
export class HashCache {
  readonly #file: string;
  #entries: Map<string, Entry>;
  #changed = false;

  private constructor(file: string, entries: Map<string, Entry>) {
    this.#file = file;
    this.#entries = entries;
  }

  /** @param owner path of the dataset or model that the hashes belong to */
  static async load(cache: string, owner: string): Promise<HashCache> {
    const name = createHash('sha256').update(owner).digest('hex').slice(0, 32);
    const file = join(hashesFolder(cache), `${name}.json`);
    try {
      const read: unknown = JSON.parse(await readFile(file, 'utf8'));
      return new HashCache(file, new Map(Array.isArray(read) ? read.filter(isPair) : []));
    } catch {
      return new HashCache(file, new Map());
    }
  }

  get(name: string, { size, mtimeMs, ino }: Stats): string | null {
    const entry = this.#entries.get(name);
    return entry && entry[0] === size && entry[1] === mtimeMs && entry[2] === ino ? entry[3] : null;
  }

  /** @param stats as they were before the content was read */
  set(name: string, { size, mtimeMs, ino }: Stats, hash: string): void {
    if (Date.now() - mtimeMs < settling) return;
    this.#entries.set(name, [size, mtimeMs, ino, hash]);
    this.#changed = true;
  }

  /** Saves what was added, without the names that are no more. Not to be able to is no failure: it costs time only. */
  async save(names: () => Iterable<string>): Promise<void> {
    if (!this.#changed) return;
    const kept = new Set(names());
    const entries = [...this.#entries].filter(([name]) => kept.has(name));
    await writeWhole(this.#file, JSON.stringify(entries)).catch(() => undefined);
  }
}

function isPair(value: unknown): value is [string, Entry] {
  if (!Array.isArray(value) || typeof value[0] !== 'string' || !Array.isArray(value[1]))
    return false;
  return typeof value[1][3] === 'string' && /^[0-9a-f]{64}$/.test(value[1][3]);
}
