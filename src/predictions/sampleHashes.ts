import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { SampleContent } from '../protocol/content.js';
import type { SampleNotice } from '../protocol/inference.js';
import { detailOf, failure, noticeOf, throwIfCancelled } from '../protocol/notice.js';
import { contentHash } from './contentHash.js';
import { HashCache } from './hashCache.js';

/** What is needed of a dataset to name its samples by their content. */
export interface SampleSource {
  path: string;
  size: number;
  sampleName(i: number): string;
  sampleFile(i: number): string;
  read(i: number): Promise<SampleContent>;
}

export interface HashedSamples {
  /** The samples that can be read, in the order they were asked for, and the sha256 of each one's content in hex. */
  samples: { rows: Int32Array; hashes: string[] };
  failed: SampleNotice[];
}

/** Samples read at once. */
const width = 8;

/**
 * Hashes the contents of some samples of a dataset. What was hashed before, and whose file has not changed since by size,
 * time and inode, is not read again. A sample that cannot be read costs itself only.
 * @param owner whose hashes they are: the dataset, and what else decides the content of its samples
 */
export async function hashSamples(
  cache: string,
  source: SampleSource,
  rows: Int32Array,
  signal?: AbortSignal,
  owner = source.path,
): Promise<HashedSamples> {
  const known = await HashCache.load(cache, owner);
  const stats = new Map<string, Promise<Stats | null>>();
  const statOf = (file: string) => {
    let found = stats.get(file);
    if (!found) {
      found = stat(file).catch(() => null);
      stats.set(file, found);
    }
    return found;
  };
  const hashes: (string | null)[] = new Array(rows.length).fill(null);
  const failed: SampleNotice[] = [];
  try {
    await some(rows.length, signal, async k => {
      const name = source.sampleName(rows[k]);
      // Before reading: a change while it is read then shows as another time.
      const stats = await statOf(source.sampleFile(rows[k]));
      const hash = stats && known.get(name, stats);
      if (hash) {
        hashes[k] = hash;
        return;
      }
      try {
        const content = await source.read(rows[k]);
        const fresh = contentHash(content);
        hashes[k] = fresh;
        if (stats) known.set(name, stats, fresh);
      } catch (error) {
        failed.push({ row: rows[k], hash: '', notice: noticeOf(error) });
      }
    });
  } finally {
    // Also when it was cancelled: what is hashed stays hashed.
    await known.save(() => Array.from({ length: source.size }, (_, i) => source.sampleName(i)));
  }
  return {
    samples: {
      rows: rows.filter((_, k) => hashes[k] !== null),
      hashes: hashes.filter(hash => hash !== null),
    },
    failed: failed.sort((a, b) => a.row - b.row),
  };
}

/**
 * One hash (sha256, hex) of the contents of some files in this order, whatever their names: what identifies a model.
 * Throws `model.unreadable`.
 */
export async function hashFiles(
  cache: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const known = await HashCache.load(cache, paths[0] ?? '');
  const all = createHash('sha256');
  for (const path of paths) {
    try {
      const stats = await stat(path);
      let hash = known.get(path, stats);
      if (!hash) {
        hash = await hashFile(path, signal);
        known.set(path, stats, hash);
      }
      all.update(hash);
    } catch (error) {
      throwIfCancelled(signal);
      throw failure('model.unreadable', { file: path, detail: detailOf(error) }, error);
    }
  }
  await known.save(() => paths);
  return all.digest('hex');
}

/** A model can be larger than memory: read piece by piece. */
async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, signal }))
    hash.update(piece);
  return hash.digest('hex');
}

/** Calls `work` for 0 to n - 1, a few at a time. */
async function some(
  n: number,
  signal: AbortSignal | undefined,
  work: (k: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < n) {
      throwIfCancelled(signal);
      await work(next++);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}
