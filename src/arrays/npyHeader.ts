import { type ItemLayout, layoutOfDescr } from './items.js';

/** What the header of a NumPy file says. */
export interface NpyHeader {
  items: ItemLayout;
  shape: readonly number[];
  /** The first axis varies fastest. */
  fortran: boolean;
  /** Bytes of the header: the data come after it. */
  length: number;
}

/** So many bytes hold the header of any array that is no record. */
export const mostHeaderBytes = 4096;

/** Reads the header of a NumPy file, format 1.0 to 3.0, from the file's first bytes; null where it is none or damaged. */
export function readNpyHeader(bytes: Uint8Array): NpyHeader | null {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start.length < 12 || start.toString('latin1', 0, 6) !== '\x93NUMPY') return null;
  const [at, count] = start[6] === 1 ? [10, start.readUInt16LE(8)] : [12, start.readUInt32LE(8)];
  if (start[6] < 1 || start[6] > 3 || at + count > start.length) return null;
  const text = start.toString('latin1', at, at + count);
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  if (shape === undefined || fortran === undefined) return null;
  const dims = shape.match(/\d+/g)?.map(Number) ?? [];
  if (!dims.every(Number.isSafeInteger)) return null;
  // Records have a list for a type, which is not read.
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1] ?? 'O';
  const items = layoutOfDescr(descr);
  return { items, shape: dims, fortran: fortran === 'True' && dims.length > 1, length: at + count };
}
