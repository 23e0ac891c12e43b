import type { FileHandle } from 'node:fs/promises';
import { type Bytes, EndsEarly, FilePart } from './bytes.js';

const most = 512 << 10;
const least = 4 << 10;
/** What lies between two reads is read along up to so many bytes. */
const mostGap = 64 << 10;

/** Some bytes that are being read, or were. */
interface Window {
  start: number;
  end: number;
  bytes: Promise<Buffer> | Buffer;
}

const none: Window = { start: 0, end: 0, bytes: Buffer.alloc(0) };

/**
 * Reads a little more than is asked for, as what follows is often asked for next: the more, the longer that goes on. Whoever reads
 * here and there is given what he asks for. Two windows are kept, since several reads are under way at once.
 */
export class ReadAhead implements Bytes {
  readonly size: number;
  private last = none;
  private before = none;
  private ahead = least;

  constructor(private readonly source: Bytes) {
    this.size = source.size;
  }

  async read(target: Uint8Array, at: number): Promise<void> {
    // What is large is not kept.
    if (target.length > most) return this.source.read(target, at);
    if (target.length === 0) return;
    const found = this.slice(at, target.length);
    target.set(found instanceof Promise ? await found : found);
  }

  /** A copy of the bytes from a position on: at once where they are at hand. */
  copy(at: number, length: number): Promise<Uint8Array> | Uint8Array {
    if (at + length > this.size) throw new EndsEarly();
    if (length > most) {
      const target = new Uint8Array(length);
      return this.source.read(target, at).then(() => target);
    }
    const found = this.slice(at, length);
    return found instanceof Promise
      ? found.then(bytes => new Uint8Array(bytes))
      : new Uint8Array(found);
  }

  /** Bytes from a position on, which are not to be changed. */
  slice(at: number, length: number): Promise<Buffer> | Buffer {
    const window = this.windowOf(at, length);
    const from = at - window.start;
    const { bytes } = window;
    return bytes instanceof Promise
      ? bytes.then(read => read.subarray(from, from + length))
      : bytes.subarray(from, from + length);
  }

  /** Gives back the memory of what was read. */
  release(): void {
    this.last = this.before = none;
    this.ahead = least;
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private windowOf(at: number, length: number): Window {
    // Before any memory is asked for: a damaged header may claim anything.
    if (at < 0 || at + length > this.size) throw new EndsEarly();
    for (const window of [this.last, this.before])
      if (at >= window.start && at + length <= window.end) return window;
    // What begins in the last window or soon after it goes on where that ends: what lies between may be asked for next.
    const { start, end } = this.last;
    const follows = at >= start && at <= end + Math.min(mostGap, this.ahead);
    this.ahead = follows ? Math.min(most, 2 * Math.max(this.ahead, length)) : least;
    const from = follows && at > end ? end : at;
    const more = Math.min(Math.max(this.ahead, at + length - from), this.size - from);
    // Not filled with zeros: nobody sees it before it is read.
    const bytes = Buffer.allocUnsafe(Math.max(at + length - from, more));
    const window: Window = { start: from, end: from + bytes.length, bytes };
    const read = this.source.read(bytes, from).then(() => {
      window.bytes = bytes;
      return bytes;
    });
    // Whoever waits for it is told; it is not kept.
    read.catch(() => {
      if (this.last === window) this.last = this.before;
      if (this.before === window) this.before = this.last;
    });
    window.bytes = read;
    this.before = this.last;
    this.last = window;
    return window;
  }
}

/** A whole file, which is closed with it. */
export async function fileAhead(file: FileHandle): Promise<ReadAhead> {
  const { size } = await file.stat();
  const part = new FilePart(file, 0, size);
  return new ReadAhead({
    size,
    read: (target, at) => part.read(target, at),
    close: () => file.close(),
  });
}
