import type { IdTable } from './idTable.js';
import type { NpyFile } from './npy.js';

const idLength = 64;
const chunkRows = 16_384;

/** Sample ids as `ids.npy` holds them: 64 ASCII characters each. */
export function idBytes(ids: readonly string[]): Uint8Array {
  for (const id of ids)
    if (!/^[0-9a-f]{64}$/.test(id)) throw new RangeError(`"${id}" is no sha256 in hex`);
  return Buffer.from(ids.join(''), 'latin1');
}

/**
 * Reads the first `rows` ids into a table.
 * @returns rows before the first one that is no id, as a power cut can leave them
 */
export async function readIds(file: NpyFile, rows: number, table: IdTable): Promise<number> {
  for (let start = 0; start < rows; start += chunkRows) {
    const n = Math.min(chunkRows, rows - start);
    const bytes = Buffer.alloc(n * idLength);
    await file.read(start, bytes);
    const text = bytes.toString('latin1');
    for (let k = 0; k < n; k++) {
      const id = text.slice(k * idLength, (k + 1) * idLength);
      if (!/^[0-9a-f]{64}$/.test(id)) return start + k;
      table.add(id, start + k);
    }
  }
  return rows;
}
