import type { FileHandle } from 'node:fs/promises';
import { failure } from '../protocol/notice.js';
import { type ArrayInfo, shapeOf } from './array.js';
import { BadlyPacked, type Bytes, EndsEarly, FilePart, inflated, inflatedStart } from './bytes.js';
import { mostHeaderBytes, type NpyHeader, readNpyHeader } from './npyHeader.js';
import type { StoredArray } from './stored.js';
import { dataStart, NotZip, type ZipMember, zipMembers } from './zip.js';

/** More arrays than a file of data has: then only their names count, and it is none. */
const mostArrays = 256;
/** What a deflated array may grow to unless its data say that it is no bomb: real data do not shrink to a hundredth. */
const largestBomb = 1 << 30;
const mostGrowth = 100;

/** The arrays of a NumPy archive, told by its directory and the header of each; values are read later. */
export async function npzArrays(path: string, file: FileHandle): Promise<StoredArray[]> {
  const { size } = await file.stat();
  try {
    const members = (await zipMembers(file, size)).filter(({ name }) => name.endsWith('.npy'));
    if (members.length > mostArrays) return [];
    return await Promise.all(members.map(member => arrayOf(path, file, size, member)));
  } catch (error) {
    if (error instanceof NotZip || error instanceof BadlyPacked || error instanceof EndsEarly)
      throw failure('arrays.damaged', { file: path }, error);
    throw error;
  }
}

async function arrayOf(
  path: string,
  file: FileHandle,
  fileSize: number,
  member: ZipMember,
): Promise<StoredArray> {
  const name = member.name.replace(/\.npy$/, '');
  const { method, packedSize, size, crc, encrypted } = member;
  if (encrypted || (method !== 0 && method !== 8))
    throw failure('arrays.packing', { file: path, array: name });
  const start = await dataStart(file, fileSize, member);
  const packed = { path, start, packedSize, size, crc };
  const part = new FilePart(file, start, packedSize);
  const length = Math.min(size, mostHeaderBytes);
  let first: Uint8Array = new Uint8Array(length);
  if (method === 8) first = await inflatedStart(packed, length);
  else await part.read(first, 0);
  const header = readNpyHeader(first);
  if (!header) throw failure('arrays.damaged', { file: path });
  const info = infoOf(name, header);
  const open = async (): Promise<Bytes> => {
    if (method === 0) return part;
    if (size > largestBomb && size > mostGrowth * packedSize)
      throw failure('arrays.bomb', { file: path, array: name, shape: shapeOf(info) });
    return inflated(packed);
  };
  return { ...info, items: header.items, fortran: header.fortran, start: header.length, open };
}

/** The array of a NumPy file of its own. */
export async function npyArray(file: FileHandle, name: string): Promise<StoredArray | null> {
  const { size } = await file.stat();
  const part = new FilePart(file, 0, size);
  const first = new Uint8Array(Math.min(size, mostHeaderBytes));
  await part.read(first, 0);
  const header = readNpyHeader(first);
  if (!header) return null;
  const { items, fortran, length } = header;
  return { ...infoOf(name, header), items, fortran, start: length, open: async () => part };
}

function infoOf(name: string, { items, shape }: NpyHeader): ArrayInfo {
  return { name, type: items.type, shape };
}
