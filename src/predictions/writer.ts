import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { idBytes, readIds } from './ids.js';
import { IdTable } from './idTable.js';
import {
  keyFolder,
  type Meta,
  readMeta,
  storeFailure,
  storeVersion,
  touchMeta,
  writeWhole,
} from './layout.js';
import { acquireLock, type Lock } from './lock.js';
import { NpyFile } from './npy.js';

/** The arrays of one key, open for writing. */
interface Arrays {
  classes: number;
  /** 0: the model has no features. */
  dimension: number;
  outputs: NpyFile;
  features: NpyFile | null;
  ids: NpyFile;
}

/**
 * Owns the predictions under a key until it is closed; what is there already counts.
 * Waits, after `onWaiting`, while another process or window writes them: its rows are then there to be used.
 * @param meta noted in `meta.json` for people; decides nothing
 * Throws `store.unwritable`, `store.full`, or `Cancelled`.
 */
export async function openWriter(
  cache: string,
  key: string,
  meta: object,
  signal?: AbortSignal,
  onWaiting?: () => void,
): Promise<PredictionsWriter> {
  const folder = keyFolder(cache, key);
  let lock: Lock | null = null;
  try {
    lock = await acquireLock(folder, signal, onWaiting);
    const ids = new IdTable();
    const arrays = await reopen(folder, ids);
    return new PredictionsWriter(cache, folder, meta, lock, arrays, ids);
  } catch (error) {
    await lock?.release();
    throw storeFailure(error, cache);
  }
}

/** Appends rows to the predictions under one key. A killed process leaves all batches that were appended. */
export class PredictionsWriter {
  readonly #cache: string;
  readonly #folder: string;
  readonly #meta: object;
  readonly #lock: Lock;
  readonly #ids: IdTable;
  #arrays: Arrays | null;
  #count: number;

  constructor(
    cache: string,
    folder: string,
    meta: object,
    lock: Lock,
    arrays: Arrays | null,
    ids: IdTable,
  ) {
    this.#cache = cache;
    this.#folder = folder;
    this.#meta = meta;
    this.#lock = lock;
    this.#arrays = arrays;
    this.#ids = ids;
    this.#count = arrays?.ids.rows ?? 0;
  }

  /** Rows in the store. */
  get count(): number {
    return this.#count;
  }

  /** Whether a sample, by the sha256 of its content in hex, has its predictions. */
  has(id: string): boolean {
    return this.#ids.get(id) >= 0;
  }

  /**
   * Adds a batch; samples that are there already are left out. One call at a time.
   * When it rejects, nothing of the batch counts and what was there before stays valid.
   * @param outputs float32 [ids, classes], as the model gave them
   * @param features float32 [ids, dimension], or null
   */
  async append(
    ids: readonly string[],
    outputs: Float32Array,
    classes: number,
    features: Float32Array | null,
    dimension: number,
  ): Promise<void> {
    const fresh = this.#fresh(ids);
    if (fresh.length === 0) return;
    const columns = features ? dimension : 0;
    if (outputs.length < ids.length * classes || (features?.length ?? 0) < ids.length * columns)
      throw new RangeError('A batch has fewer outputs or features than ids');
    try {
      await this.#lock.confirm();
      this.#arrays ??= await create(this.#folder, classes, columns, this.#meta);
      const arrays = this.#arrays;
      if (arrays.classes !== classes || arrays.dimension !== columns)
        throw new RangeError('A batch has another shape than the stored predictions');
      await this.#write(arrays, fresh, ids, outputs, features);
    } catch (error) {
      throw storeFailure(error, this.#cache);
    }
    for (const k of fresh) this.#ids.add(ids[k], this.#count++);
  }

  /** Lets others write. */
  async close(): Promise<void> {
    for (const file of filesOf(this.#arrays)) await file.close();
    this.#arrays = null;
    await this.#lock.release();
  }

  /** Positions of ids that are not in the store, each id once. */
  #fresh(ids: readonly string[]): number[] {
    const seen = new Set<string>();
    const fresh: number[] = [];
    for (const [k, id] of ids.entries()) {
      if (this.has(id) || seen.has(id)) continue;
      seen.add(id);
      fresh.push(k);
    }
    return fresh;
  }

  async #write(
    arrays: Arrays,
    fresh: readonly number[],
    ids: readonly string[],
    outputs: Float32Array,
    features: Float32Array | null,
  ): Promise<void> {
    const { classes, dimension } = arrays;
    const at = this.#count;
    try {
      await arrays.outputs.write(at, bytesOf(outputs, classes, fresh, ids.length));
      if (features)
        await arrays.features?.write(at, bytesOf(features, dimension, fresh, ids.length));
      await arrays.ids.write(at, idBytes(fresh.map(k => ids[k])));
      // Data first, then the counts, ids last: readers trust the smallest.
      for (const file of filesOf(arrays)) await file.commit(at + fresh.length);
    } catch (error) {
      for (const file of filesOf(arrays)) await file.truncate(at).catch(() => undefined);
      throw error;
    }
  }
}

/** In the order in which they are committed. */
function filesOf(arrays: Arrays | null): NpyFile[] {
  return arrays ? [arrays.outputs, arrays.features, arrays.ids].filter(file => file !== null) : [];
}

/** Opens what is stored and cuts it to its last whole batch; what is damaged is removed, to be computed again. */
async function reopen(folder: string, table: IdTable): Promise<Arrays | null> {
  const opened: NpyFile[] = [];
  const open = async (name: string, descr: '<f4' | '|S64', columns: number | null) => {
    const file = await NpyFile.open(join(folder, name), 'r+', descr, columns);
    opened.push(file);
    return file;
  };
  try {
    const { classes, dimension } = await readMeta(folder);
    const arrays: Arrays = {
      classes,
      dimension,
      outputs: await open('outputs.npy', '<f4', classes),
      features: dimension > 0 ? await open('features.npy', '<f4', dimension) : null,
      ids: await open('ids.npy', '|S64', null),
    };
    const files = filesOf(arrays);
    const count = await readIds(arrays.ids, Math.min(...files.map(file => file.rows)), table);
    for (const file of files) await file.truncate(count);
    await touchMeta(folder);
    return arrays;
  } catch (error) {
    for (const file of opened) await file.close();
    if (error instanceof Error && 'code' in error && error.code !== 'ENOENT') throw error;
    // The description first: without it nobody reads the rest. Drafts of a killed process go too, locks stay.
    await rm(join(folder, 'meta.json'), { force: true });
    for (const name of await readdir(folder))
      if (/\.(npy|tmp)$/.test(name)) await rm(join(folder, name), { force: true });
    return null;
  }
}

async function create(
  folder: string,
  classes: number,
  dimension: number,
  notes: object,
): Promise<Arrays> {
  const opened: NpyFile[] = [];
  const make = async (name: string, descr: '<f4' | '|S64', columns: number | null) => {
    const file = await NpyFile.create(join(folder, name), descr, columns);
    opened.push(file);
    return file;
  };
  try {
    const outputs = await make('outputs.npy', '<f4', classes);
    const features = dimension > 0 ? await make('features.npy', '<f4', dimension) : null;
    const ids = await make('ids.npy', '|S64', null);
    const meta: Meta = { ...notes, version: storeVersion, classes, dimension };
    await writeWhole(join(folder, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
    return { classes, dimension, outputs, features, ids };
  } catch (error) {
    for (const file of opened) await file.close();
    throw error;
  }
}

/** The bytes of some rows of a batch; a view where all are wanted. */
function bytesOf(
  values: Float32Array,
  columns: number,
  rows: readonly number[],
  all: number,
): Uint8Array {
  let wanted = values.subarray(0, all * columns);
  if (rows.length < all) {
    wanted = new Float32Array(rows.length * columns);
    for (const [k, row] of rows.entries())
      wanted.set(values.subarray(row * columns, (row + 1) * columns), k * columns);
  }
  return new Uint8Array(wanted.buffer, wanted.byteOffset, wanted.byteLength);
}
