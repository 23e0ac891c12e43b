import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesIn, hashesFolder, predictionsFolder } from './layout.js';
import { tryLock } from './lock.js';

const trash = 'trash-';

/** What is remembered beside the predictions only to save time: hashes of files, and what opening a model told. */
const remembered = (cache: string) => [hashesFolder(cache), join(cache, 'models')];

/** Bytes that the store takes in a cache folder. */
export async function cacheSize(cache: string): Promise<number> {
  const folders = [predictionsFolder(cache), ...remembered(cache)];
  const sizes = await Promise.all(folders.map(bytesIn));
  return sizes.reduce((a, b) => a + b, 0);
}

/** Empties the store but for predictions that somebody is writing. Resolves with the bytes freed. */
export async function clearCache(cache: string): Promise<number> {
  const before = await cacheSize(cache);
  await evict(cache, 0, new Set());
  for (const folder of remembered(cache)) await rm(folder, { recursive: true, force: true });
  return before - (await cacheSize(cache));
}

/**
 * Removes the least recently used predictions until the rest takes `limit` bytes or less. Those in `keep`, and those
 * that somebody is writing, stay. Resolves with the bytes freed.
 */
export async function evict(
  cache: string,
  limit: number,
  keep: ReadonlySet<string>,
): Promise<number> {
  const store = predictionsFolder(cache);
  const names = await readdir(store).catch(() => [] as string[]);
  // What a process did not live to remove.
  for (const name of names.filter(name => name.startsWith(trash))) await remove(join(store, name));
  const keys = await Promise.all(
    names
      .filter(name => !name.startsWith(trash))
      .map(async name => {
        const folder = join(store, name);
        const meta = await stat(join(folder, 'meta.json')).catch(() => null);
        return { name, bytes: await bytesIn(folder), used: meta?.mtimeMs ?? 0 };
      }),
  );
  let left = keys.reduce((sum, key) => sum + key.bytes, 0);
  let freed = 0;
  for (const { name, bytes } of keys.sort((a, b) => a.used - b.used)) {
    if (left <= limit) break;
    if (keep.has(name) || !(await evictOne(store, name))) continue;
    left -= bytes;
    freed += bytes;
  }
  return freed;
}

/** Moves predictions away at once, then removes them: nobody ever sees half of them. */
async function evictOne(store: string, name: string): Promise<boolean> {
  const folder = join(store, name);
  const lock = await tryLock(folder).catch(() => null);
  if (!lock) return false;
  const away = join(store, `${trash}${randomUUID()}`);
  try {
    await rename(folder, away);
  } catch {
    // Open in another process, where the system does not move such files.
    await lock.release();
    return false;
  }
  await lock.release();
  await remove(away);
  return true;
}

async function remove(folder: string): Promise<void> {
  // What cannot be removed now is tried again next time.
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}
