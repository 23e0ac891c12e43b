import { type FileHandle, open } from 'node:fs/promises';
import { writeWhole } from './layout.js';

/** Bytes before the data: fixed, so that the number of rows can be rewritten in place. */
export const headerBytes = 128;

/** Type of an array's items: float32, or 64 ASCII characters. */
export type Descr = '<f4' | '|S64';

/**
 * Header of a NumPy file, format 1.0, C order, padded to 128 bytes.
 * @param columns null for a one-dimensional array
 */
export function npyHeader(descr: Descr, rows: number, columns: number | null): Uint8Array {
  const shape = columns === null ? `(${rows},)` : `(${rows}, ${columns})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const length = headerBytes - 10;
  const header = Buffer.alloc(headerBytes, ' ');
  header.write('\x93NUMPY\x01\x00', 0, 'latin1');
  header.writeUInt16LE(length, 8);
  header.write(text, 10, 'latin1');
  header.write('\n', headerBytes - 1, 'latin1');
  return header;
}

/** Rows that a header of this type and width states, or null where it is another header or damaged. */
export function npyRows(header: Uint8Array, descr: Descr, columns: number | null): number | null {
  const text = Buffer.from(header.buffer, header.byteOffset, header.length).toString('latin1');
  const rows = Number(/'shape': \((\d+),/.exec(text)?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(rows)) return null;
  return text === Buffer.from(npyHeader(descr, rows, columns)).toString('latin1') ? rows : null;
}

/**
 * A NumPy file that grows by whole rows. Its header tells fewer rows than the data has while they are written,
 * never more, so that `np.load` reads it at any time.
 */
export class NpyFile {
  readonly #file: FileHandle;
  readonly #descr: Descr;
  readonly #columns: number | null;
  readonly rowBytes: number;
  /** Rows that the header states and the file holds. */
  rows: number;

  private constructor(file: FileHandle, descr: Descr, columns: number | null, rows: number) {
    this.#file = file;
    this.#descr = descr;
    this.#columns = columns;
    this.rowBytes = rowBytes(descr, columns);
    this.rows = rows;
  }

  /** Opens a file; throws where it is missing or damaged. */
  static async open(path: string, mode: 'r' | 'r+', descr: Descr, columns: number | null) {
    const file = await open(path, mode);
    try {
      const header = new Uint8Array(headerBytes);
      await readFully(file, header, 0);
      const stated = npyRows(header, descr, columns);
      if (stated === null) throw new Error(`${path}: the header is damaged`);
      const { size } = await file.stat();
      const bytes = rowBytes(descr, columns);
      // Rows of no columns take no place.
      const held = bytes === 0 ? stated : Math.floor((size - headerBytes) / bytes);
      return new NpyFile(file, descr, columns, Math.min(stated, held));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  static async create(path: string, descr: Descr, columns: number | null): Promise<NpyFile> {
    await writeWhole(path, npyHeader(descr, 0, columns));
    return NpyFile.open(path, 'r+', descr, columns);
  }

  /** Writes rows after the first `at`, without counting them yet. */
  async write(at: number, data: Uint8Array): Promise<void> {
    await writeFully(this.#file, data, headerBytes + at * this.rowBytes);
  }

  /** Makes the header state `rows`. */
  async commit(rows: number): Promise<void> {
    await writeFully(this.#file, npyHeader(this.#descr, rows, this.#columns), 0);
    this.rows = rows;
  }

  /** Cuts the file to its first `rows`. */
  async truncate(rows: number): Promise<void> {
    await this.commit(rows);
    await this.#file.truncate(headerBytes + rows * this.rowBytes);
  }

  /** Fills `target` with consecutive rows from row `at` on. */
  async read(at: number, target: Uint8Array): Promise<void> {
    await readFully(this.#file, target, headerBytes + at * this.rowBytes);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function rowBytes(descr: Descr, columns: number | null): number {
  return (descr === '<f4' ? 4 : 64) * (columns ?? 1);
}

/** One `read` may give less than was asked for. */
async function readFully(file: FileHandle, target: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const { bytesRead } = await file.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) throw new Error('The file ends early');
    done += bytesRead;
  }
}

/** One `write` may take less than it was given, on a disk that is nearly full for one. */
async function writeFully(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await file.write(data, done, data.length - done, position + done);
    done += bytesWritten;
  }
}
