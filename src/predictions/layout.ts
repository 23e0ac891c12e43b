import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { detailOf, failure } from '../protocol/notice.js';

/** Where things are below the cache folder. */
export const predictionsFolder = (cache: string) => join(cache, 'predictions');
export const keyFolder = (cache: string, key: string) => join(cache, 'predictions', key);
export const hashesFolder = (cache: string) => join(cache, 'hashes');

/** Raise it when files of before can no longer be read: they are then computed again. */
export const storeVersion = 1;

/** What `meta.json` says of the arrays beside it, and whatever the writer was given to note for people. */
export interface Meta {
  version: number;
  /** Columns of `outputs.npy`; 0: the model gives features alone. */
  classes: number;
  /** Columns of `features.npy`; 0: there is none. */
  dimension: number;
  [note: string]: unknown;
}

/** Reads `meta.json`, whose date of change is the last use of the predictions. Throws unless it is whole. */
export async function readMeta(folder: string): Promise<Meta> {
  const meta = JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8'));
  const { version, classes, dimension } = meta;
  const whole = [classes, dimension].every(columns => Number.isInteger(columns) && columns >= 0);
  if (version !== storeVersion || !whole || classes + dimension === 0)
    throw new Error('meta.json is damaged');
  return meta;
}

/** Notes a use, for eviction. Where the store may not be written, nothing is evicted either. */
export async function touchMeta(folder: string): Promise<void> {
  const now = new Date();
  await utimes(join(folder, 'meta.json'), now, now).catch(() => undefined);
}

/** Writes a file so that others see all of it or none, whatever ends this process. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, content);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Bytes of all files in a folder and below; what disappears meanwhile counts nothing. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async entry => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return bytesIn(path);
      return (await stat(path).catch(() => null))?.size ?? 0;
    }),
  );
  return sizes.reduce((a, b) => a + b, 0);
}

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const unwritable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT']);

/** What a user is told when the store cannot be written: the cache folder and the cure. */
export function storeFailure(error: unknown, cache: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (full.has(code)) return failure('store.full', { file: cache }, error);
  if (unwritable.has(code))
    return failure('store.unwritable', { file: cache, detail: detailOf(error) }, error);
  return error;
}
