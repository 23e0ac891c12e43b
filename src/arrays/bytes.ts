import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, createGunzip, createInflateRaw } from 'node:zlib';

/** The bytes that an array is made of, wherever they lie. */
export interface Bytes {
  size: number;
  /** Fills `target` from position `at` on. Throws `EndsEarly` where there are not that many. */
  read(target: Uint8Array, at: number): Promise<void>;
  close(): Promise<void>;
}

/** The bytes end before what was asked for. */
export class EndsEarly extends Error {}

/** What is packed is not what its directory says. */
export class BadlyPacked extends Error {}

/** A part of a file; the file is closed by whoever opened it. */
export class FilePart implements Bytes {
  constructor(
    private readonly file: FileHandle,
    private readonly start: number,
    readonly size: number,
  ) {}

  async read(target: Uint8Array, at: number): Promise<void> {
    if (at < 0 || at + target.length > this.size) throw new EndsEarly();
    for (let done = 0; done < target.length; ) {
      const position = this.start + at + done;
      const { bytesRead } = await this.file.read(target, done, target.length - done, position);
      if (bytesRead === 0) throw new EndsEarly();
      done += bytesRead;
    }
  }

  async close(): Promise<void> {
    // Nothing of its own is open.
  }
}

class Memory implements Bytes {
  readonly size: number;

  constructor(private readonly bytes: Uint8Array) {
    this.size = bytes.length;
  }

  async read(target: Uint8Array, at: number): Promise<void> {
    if (at < 0 || at + target.length > this.size) throw new EndsEarly();
    target.set(this.bytes.subarray(at, at + target.length));
  }

  async close(): Promise<void> {
    // Nothing of its own is open.
  }
}

/** Up to so many bytes are kept in memory. */
const mostInMemory = 8 << 20;

/** A deflated part of a file, and what is said of it. */
export interface Packed {
  path: string;
  start: number;
  packedSize: number;
  /** Bytes that come out of it. */
  size: number;
  /** Checksum of these; null where the packing has its own. */
  crc: number | null;
  /** With the header of gzip. */
  gzip?: boolean;
}

/**
 * Inflates a part of a file once, so that its rows can be read in any order: into memory where it is small, otherwise into a
 * temporary file that has no name any more when it is read, so that nothing is left however this process ends.
 * Stops as soon as more comes out than was announced.
 */
export async function inflated(packed: Packed): Promise<Bytes> {
  const small = packed.size <= mostInMemory;
  const memory = new Uint8Array(small ? packed.size : 0);
  const file = small ? null : await unnamedFile();
  try {
    let done = 0;
    let crc = 0;
    for await (const piece of pieces(packed)) {
      if (done + piece.length > packed.size) throw new BadlyPacked();
      crc = crc32(piece, crc);
      if (file) await file.appendFile(piece);
      else memory.set(piece, done);
      done += piece.length;
    }
    if (done !== packed.size || (packed.crc !== null && crc !== packed.crc))
      throw new BadlyPacked();
    if (!file) return new Memory(memory);
    const part = new FilePart(file, 0, packed.size);
    return {
      size: part.size,
      read: (target, at) => part.read(target, at),
      close: () => file.close(),
    };
  } catch (error) {
    await file?.close();
    throw isZlib(error) ? new BadlyPacked('', { cause: error }) : error;
  }
}

/** The first bytes of a deflated part, at most `size`: a header. */
export async function inflatedStart(packed: Packed, size: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let done = 0;
  try {
    for await (const piece of pieces(packed, 4096)) {
      parts.push(piece);
      done += piece.length;
      if (done >= size) break;
    }
  } catch (error) {
    throw isZlib(error) ? new BadlyPacked('', { cause: error }) : error;
  }
  return Buffer.concat(parts).subarray(0, size);
}

async function* pieces(
  { path, start, packedSize, gzip }: Packed,
  step = 1 << 20,
): AsyncGenerator<Buffer> {
  if (packedSize === 0) return;
  const end = start + packedSize - 1;
  const from = createReadStream(path, { start, end, highWaterMark: step });
  const inflate = gzip ? createGunzip({ chunkSize: step }) : createInflateRaw({ chunkSize: step });
  from.on('error', error => inflate.destroy(error));
  try {
    yield* from.pipe(inflate) as AsyncIterable<Buffer>;
  } finally {
    from.destroy();
    inflate.destroy();
  }
}

/** A file that only this handle knows; the system frees it when the handle is closed. */
async function unnamedFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `transferlens-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await rm(path, { force: true });
  return file;
}

function isZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
