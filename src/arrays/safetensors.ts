import type { FileHandle } from 'node:fs/promises';
import { failure } from '../protocol/notice.js';
import { FilePart } from './bytes.js';
import { layoutOfSafetensors } from './items.js';
import type { StoredArray } from './stored.js';

/** The format's own limit. */
const mostHeaderBytes = 100_000_000;

/**
 * The arrays of a safetensors file, from its header.
 * @param longest a header that is longer gives null: it names the weights of a network, not a few arrays
 */
export async function safetensorsArrays(
  path: string,
  file: FileHandle,
  longest = mostHeaderBytes,
): Promise<StoredArray[] | null> {
  const damaged = (cause?: unknown) => failure('arrays.damaged', { file: path }, cause);
  const { size } = await file.stat();
  const whole = new FilePart(file, 0, size);
  if (size < 10) throw damaged();
  const head = Buffer.alloc(8);
  await whole.read(head, 0);
  const length = Number(head.readBigUInt64LE(0));
  if (length > mostHeaderBytes || 8 + length > size) throw damaged();
  if (length > longest) return null;
  const text = Buffer.alloc(length);
  await whole.read(text, 8);
  let header: unknown;
  try {
    header = JSON.parse(text.toString('utf8'));
  } catch (error) {
    throw damaged(error);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw damaged();
  const arrays: StoredArray[] = [];
  for (const [name, stated] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = (stated ?? {}) as Record<string, unknown>;
    if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets)) throw damaged();
    const items = layoutOfSafetensors(dtype);
    // What the header says of it may not be there: that is told when it is read.
    const start = 8 + length + offsets[0];
    const part = new FilePart(file, 0, Math.min(size, 8 + length + offsets[1]));
    arrays.push({
      name,
      type: items.type,
      shape,
      items,
      fortran: false,
      start,
      open: async () => part,
    });
  }
  return arrays;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(x => Number.isSafeInteger(x) && x >= 0);
}
