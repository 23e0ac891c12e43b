import { join } from 'node:path';
import { readIds } from './ids.js';
import { IdTable } from './idTable.js';
import { keyFolder, readMeta, touchMeta } from './layout.js';
import { NpyFile } from './npy.js';

/** Most bytes of one block, and of rows that nobody asked for between two that are read at once. */
const blockBytes = 4 << 20;
const gapBytes = 64 << 10;

/** Some of the rows that were asked for. */
export interface ValueBlock {
  /** Position of the first one among those asked for. */
  start: number;
  rows: number;
  columns: number;
  /** float32 [rows, columns]; good until the next block is asked for. */
  values: Float32Array;
}

/**
 * Opens the predictions under a key, or null where there are none that can be read.
 * It sees the batches that are there now, whoever goes on writing. Counts as a use, for eviction.
 */
export async function openReader(cache: string, key: string): Promise<PredictionsReader | null> {
  const folder = keyFolder(cache, key);
  const opened: NpyFile[] = [];
  try {
    const { classes, dimension } = await readMeta(folder);
    const open = async (name: string, descr: '<f4' | '|S64', columns: number | null) => {
      const file = await NpyFile.open(join(folder, name), 'r', descr, columns);
      opened.push(file);
      return file;
    };
    // Ids are counted last when a batch is written, so they are looked at first.
    const ids = await open('ids.npy', '|S64', null);
    const outputs = await open('outputs.npy', '<f4', classes);
    const features = dimension > 0 ? await open('features.npy', '<f4', dimension) : null;
    const table = new IdTable();
    const count = await readIds(ids, Math.min(...opened.map(file => file.rows)), table);
    await ids.close();
    await touchMeta(folder);
    return new PredictionsReader(count, outputs, classes, features, dimension, table);
  } catch {
    // Absent or damaged: either way it is computed again.
    for (const file of opened) await file.close().catch(() => undefined);
    return null;
  }
}

/** Reads rows of stored predictions in blocks. */
export class PredictionsReader {
  readonly #outputs: NpyFile;
  readonly #features: NpyFile | null;
  readonly #ids: IdTable;

  constructor(
    /** Rows that can be read. */
    readonly count: number,
    outputs: NpyFile,
    /** Columns of the outputs; 0: the model gives features alone. */
    readonly classes: number,
    features: NpyFile | null,
    /** Columns of the features; 0: the model has none. */
    readonly dimension: number,
    ids: IdTable,
  ) {
    this.#outputs = outputs;
    this.#features = features;
    this.#ids = ids;
  }

  /** Row of a sample by the sha256 of its content in hex, or -1. */
  rowOf(id: string): number {
    return this.#ids.get(id);
  }

  /** Raw outputs of rows, in the order that they are asked for in; float32 [rows, classes]. */
  outputs(rows: Int32Array): AsyncGenerator<ValueBlock> {
    return this.#blocks(this.#outputs, this.classes, rows);
  }

  /** Features of rows, likewise; float32 [rows, dimension]. No block where the model has none. */
  async *features(rows: Int32Array): AsyncGenerator<ValueBlock> {
    if (this.#features) yield* this.#blocks(this.#features, this.dimension, rows);
  }

  close(): void {
    // Nothing was written: a failure to close loses nothing.
    void this.#outputs.close().catch(() => undefined);
    void this.#features?.close().catch(() => undefined);
  }

  async *#blocks(file: NpyFile, columns: number, rows: Int32Array): AsyncGenerator<ValueBlock> {
    const most = Math.max(1, Math.floor(blockBytes / file.rowBytes));
    const values = new Float32Array(Math.min(most, rows.length) * columns);
    const scratch = new Scratch();
    for (let start = 0; start < rows.length; start += most) {
      const wanted = rows.subarray(start, start + most);
      for (const row of wanted)
        if (row < 0 || row >= this.count) throw new RangeError(`There is no row ${row}`);
      await gather(file, wanted, new Uint8Array(values.buffer), scratch);
      const part = values.subarray(0, wanted.length * columns);
      yield { start, rows: wanted.length, columns, values: part };
    }
  }
}

/** Memory for rows with gaps between them, made when it is first needed. */
class Scratch {
  #bytes = new Uint8Array(0);

  take(length: number): Uint8Array {
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(length);
    return this.#bytes.subarray(0, length);
  }
}

/** Reads rows into consecutive places of `target`: neighbours in the file, and near ones, by one call. */
async function gather(
  file: NpyFile,
  rows: Int32Array,
  target: Uint8Array,
  scratch: Scratch,
): Promise<void> {
  const { rowBytes } = file;
  const gap = 1 + Math.floor(gapBytes / rowBytes);
  const span = Math.max(1, Math.floor(blockBytes / rowBytes));
  const order = Int32Array.from(rows, (_, k) => k).sort((a, b) => rows[a] - rows[b]);
  for (let from = 0; from < order.length; ) {
    const first = rows[order[from]];
    let dense = true;
    let to = from + 1;
    for (; to < order.length; to++) {
      const step = rows[order[to]] - rows[order[to - 1]];
      if (step > gap || rows[order[to]] - first >= span) break;
      dense &&= step === 1 && order[to] === order[to - 1] + 1;
    }
    if (dense) {
      const start = order[from] * rowBytes;
      await file.read(first, target.subarray(start, start + (to - from) * rowBytes));
    } else {
      const bytes = scratch.take((rows[order[to - 1]] - first + 1) * rowBytes);
      await file.read(first, bytes);
      for (let k = from; k < to; k++) {
        const at = (rows[order[k]] - first) * rowBytes;
        target.set(bytes.subarray(at, at + rowBytes), order[k] * rowBytes);
      }
    }
    from = to;
  }
}
