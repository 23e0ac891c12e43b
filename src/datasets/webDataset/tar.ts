import type { ReadAhead } from '../../arrays/readAhead.js';

/** A file in a tar archive. Its name is a name only: nothing is ever written or opened by it. */
export interface Member {
  name: string;
  /** Where its bytes begin, and how many there are. */
  at: number;
  size: number;
}

/** The archive is damaged, or none. */
export class NotTar extends Error {}

const block = 512;
const blank = 0x20;
/** A name is not longer than this. */
const mostNameBytes = 1 << 20;

/**
 * Files of an archive in their order, by its headers alone, those together that are at hand at once: formats v7, ustar, GNU and pax.
 * Throws `NotTar` where the archive is damaged or ends early.
 */
export async function* tarMembers(file: ReadAhead): AsyncGenerator<Member[]> {
  const end = file.size;
  let members: Member[] = [];
  let longName: string | null = null;
  let longSize: number | null = null;
  for (let at = 0; at < end; ) {
    if (at + block > end) throw new NotTar('it ends too early');
    const found = file.slice(at, block);
    if (found instanceof Promise && members.length > 0) {
      yield members;
      members = [];
    }
    const header = found instanceof Promise ? await found : found;
    // Zeros are the end; whatever has a name or a checksum is a header.
    if (header[0] === 0 && header.every(byte => byte === 0)) break;
    checkSum(header);
    const type = String.fromCharCode(header[156] || 0x30);
    const size: number = longSize !== null && type === '0' ? longSize : numberAt(header, 124, 12);
    const data = at + block;
    if (data + size > end) throw new NotTar('it ends too early');
    if (type === 'L' || type === 'x') {
      if (size > mostNameBytes) throw new NotTar('a name in it is damaged');
      const bytes = await file.slice(data, size);
      if (type === 'L') longName = textAt(bytes, 0, size);
      else {
        const pax = paxRecords(bytes);
        longName = pax.get('path') ?? longName;
        longSize = pax.has('size') ? Number(pax.get('size')) : null;
        if (longSize !== null && !Number.isSafeInteger(longSize))
          throw new NotTar('a size in it is damaged');
      }
    } else {
      if (type === '0' || type === '7')
        members.push({ name: longName ?? nameOf(header), at: data, size });
      longName = null;
      longSize = null;
    }
    at = data + Math.ceil(size / block) * block;
  }
  if (members.length > 0) yield members;
}

function nameOf(header: Buffer): string {
  const name = textAt(header, 0, 100);
  // A prefix is there in the POSIX form only; GNU has times in its place.
  const prefix = textAt(header, 257, 6) === 'ustar' ? textAt(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** The sum of the header's bytes, its own field taken as blanks, tells headers from anything else. */
function checkSum(header: Buffer): void {
  let sum = 8 * blank;
  for (let i = 0; i < 148; i++) sum += header[i];
  for (let i = 156; i < block; i++) sum += header[i];
  if (numberAt(header, 148, 8) !== sum) throw new NotTar('a header in it is damaged');
}

/** A number in octal digits, or in binary where its first bit is set. */
function numberAt(header: Buffer, at: number, length: number): number {
  let value = 0;
  if (header[at] & 0x80) for (let i = at + 1; i < at + length; i++) value = value * 256 + header[i];
  else {
    let i = at;
    while (i < at + length && header[i] === blank) i++;
    for (; i < at + length && header[i] !== blank && header[i] !== 0; i++)
      value = header[i] >= 0x30 && header[i] < 0x38 ? 8 * value + header[i] - 0x30 : Number.NaN;
  }
  if (!Number.isSafeInteger(value)) throw new NotTar('a header in it is damaged');
  return value;
}

function textAt(bytes: Buffer, at: number, length: number): string {
  const zero = bytes.indexOf(0, at);
  const most = at + length;
  return bytes.toString('utf8', at, zero < 0 || zero > most ? most : zero);
}

/** `length key=value` lines. */
function paxRecords(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(blank, at);
    const length = Number(bytes.toString('latin1', at, space));
    if (space < 0 || !Number.isInteger(length) || length < 4) return records;
    const [key, ...value] = bytes.toString('utf8', space + 1, at + length - 1).split('=');
    records.set(key, value.join('='));
    at += length;
  }
  return records;
}
