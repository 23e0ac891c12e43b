import type { FileHandle } from 'node:fs/promises';
import { EndsEarly, FilePart } from './bytes.js';

/** A member of a zip archive as its directory describes it; nothing of it is ever written anywhere by its name. */
export interface ZipMember {
  name: string;
  /** 0: stored, 8: deflated; others are not read. */
  method: number;
  encrypted: boolean;
  packedSize: number;
  size: number;
  crc: number;
  /** Position of the header that the data come after. */
  header: number;
}

/** The file is no zip archive, or its directory is damaged. */
export class NotZip extends Error {}

/** A comment may follow the end record. */
const mostEndBytes = 65_557;
const mostDirectoryBytes = 16 << 20;

/** Reads the directory of a zip archive, with the extensions for large files. */
export async function zipMembers(file: FileHandle, size: number): Promise<ZipMember[]> {
  const whole = new FilePart(file, 0, size);
  const at = async (position: number, length: number) => {
    const bytes = Buffer.alloc(length);
    try {
      await whole.read(bytes, position);
    } catch (error) {
      if (error instanceof EndsEarly) throw new NotZip();
      throw error;
    }
    return bytes;
  };
  const tailStart = Math.max(0, size - mostEndBytes);
  // The usual archive has no comment: then the end record is the last 22 bytes.
  let tail = await at(Math.max(0, size - 22), Math.min(22, size));
  let tailAt = size - tail.length;
  if (tail.lastIndexOf('PK\x05\x06', undefined, 'latin1') !== 0) {
    tail = await at(tailStart, size - tailStart);
    tailAt = tailStart;
  }
  const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + 22 > tail.length) throw new NotZip();
  let count = tail.readUInt16LE(end + 10);
  let length = tail.readUInt32LE(end + 12);
  let start = tail.readUInt32LE(end + 16);
  if (count === 0xffff || length === 0xffffffff || start === 0xffffffff) {
    const locator = await at(tailAt + end - 20, 20);
    if (locator.toString('latin1', 0, 4) !== 'PK\x06\x07') throw new NotZip();
    const record = await at(big(locator, 8), 56);
    if (record.toString('latin1', 0, 4) !== 'PK\x06\x06') throw new NotZip();
    count = big(record, 32);
    length = big(record, 40);
    start = big(record, 48);
  }
  if (length > mostDirectoryBytes || count * 46 > length) throw new NotZip();
  return readDirectory(await at(start, length), count);
}

function readDirectory(directory: Buffer, count: number): ZipMember[] {
  const members: ZipMember[] = [];
  for (let at = 0; members.length < count; ) {
    if (at + 46 > directory.length || directory.toString('latin1', at, at + 4) !== 'PK\x01\x02')
      throw new NotZip();
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map(o =>
      directory.readUInt16LE(at + o),
    );
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > directory.length) throw new NotZip();
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const [size, packedSize, header] = largeFields(extra, [
      directory.readUInt32LE(at + 24),
      directory.readUInt32LE(at + 20),
      directory.readUInt32LE(at + 42),
    ]);
    members.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      crc: directory.readUInt32LE(at + 16),
      size,
      packedSize,
      header,
    });
    at = next;
  }
  return members;
}

/** Fields that are all ones stand, in this order, in the extension for large files. */
function largeFields(extra: Buffer, fields: number[]): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let from = at + 4;
    return fields.map(field => {
      if (field !== 0xffffffff || from + 8 > extra.length) return field;
      from += 8;
      return big(extra, from - 8);
    });
  }
  return fields;
}

/** Where the data of a member begin: after its own header, whose length only it tells. */
export async function dataStart(
  file: FileHandle,
  size: number,
  member: ZipMember,
): Promise<number> {
  const header = Buffer.alloc(30);
  await new FilePart(file, 0, size).read(header, member.header);
  if (header.toString('latin1', 0, 4) !== 'PK\x03\x04') throw new NotZip();
  const start = member.header + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + member.packedSize > size) throw new EndsEarly();
  return start;
}

/** An unsigned 64-bit number; one that is no whole number in JavaScript is larger than any file. */
function big(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
