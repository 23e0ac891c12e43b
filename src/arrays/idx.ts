import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Bytes, FilePart, inflated, inflatedStart, type Packed } from './bytes.js';
import type { ItemLayout } from './items.js';
import type { StoredArray } from './stored.js';

const types: Record<number, Pick<ItemLayout, 'type' | 'bytes'>> = {
  8: { type: 'uint8', bytes: 1 },
  9: { type: 'int8', bytes: 1 },
  11: { type: 'int16', bytes: 2 },
  12: { type: 'int32', bytes: 4 },
  13: { type: 'float32', bytes: 4 },
  14: { type: 'float64', bytes: 8 },
};

/** Bytes of a header with eight axes. */
const mostHeaderBytes = 36;
/** What a packed file may unpack to beyond this many times its size is no array of images. */
const mostGrowth = 1032;

/** The array of an IDX file, as MNIST comes in, gzipped or not; null where it is none. */
export async function idxArray(path: string, file: FileHandle): Promise<StoredArray | null> {
  const { size } = await file.stat();
  const part = new FilePart(file, 0, size);
  let first = new Uint8Array(Math.min(size, mostHeaderBytes));
  await part.read(first, 0);
  const gzip = first[0] === 0x1f && first[1] === 0x8b;
  const packed: Packed = { path, start: 0, packedSize: size, size: 0, crc: null, gzip };
  if (gzip) first = Uint8Array.from(await inflatedStart(packed, mostHeaderBytes));
  const view = new DataView(first.buffer, 0, first.length);
  const axes = first[3] ?? 0;
  const start = 4 + 4 * axes;
  const known = types[first[2]];
  if (first[0] !== 0 || first[1] !== 0 || !known || axes < 1 || start > first.length) return null;
  const shape = Array.from({ length: axes }, (_, k) => view.getUint32(4 + 4 * k));
  const whole = start + known.bytes * shape.reduce((a, b) => a * b, 1);
  const open = async (): Promise<Bytes> => {
    // What cannot come out of so few bytes is not waited for: reading it then says that it ends early.
    if (!gzip || whole > mostGrowth * size + 4096) return part;
    return inflated({ ...packed, size: whole });
  };
  const items = { ...known, bigEndian: true };
  return { name: basename(path), type: known.type, shape, items, fortran: false, start, open };
}
