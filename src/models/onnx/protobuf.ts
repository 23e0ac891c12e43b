import type { FileHandle } from 'node:fs/promises';

/** The bytes are not protobuf, or not of the message that was expected. */
export class MalformedError extends Error {}

/** The bytes end before a field does. */
export class TruncatedError extends MalformedError {}

/** One field of a message: its number, wire type and, by that, its value or where its payload lies in the file. */
export interface Field {
  number: number;
  wire: number;
  /** Of a varint (wire type 0). */
  value: number;
  start: number;
  end: number;
}

const windowBytes = 16384;
/** Longest key and length, or key and varint, of one field. */
const headBytes = 20;

/** Reads protobuf's wire format from a file, seeking past payloads that nobody asks for. */
export class ProtoReader {
  private window = new Uint8Array(0);
  private origin = 0;
  private position = 0;

  constructor(
    private readonly file: FileHandle,
    readonly size: number,
  ) {}

  /** Calls `visit` for each field between two offsets, in order. `visit` may read payloads or descend. */
  async each(
    { start, end }: { start: number; end: number },
    visit: (field: Field) => Promise<void> | void,
  ): Promise<void> {
    this.position = start;
    while (this.position < end) {
      const field = await this.next(end);
      const pending = visit(field);
      if (pending) await pending;
      this.position = field.end;
    }
  }

  /** The payload of a length-delimited field. */
  async bytes({ wire, start, end }: Field): Promise<Uint8Array> {
    if (wire !== 2) throw new MalformedError(`wire type ${wire} where bytes belong`);
    await this.load(start, end - start);
    return this.window.subarray(start - this.origin, end - this.origin);
  }

  /** The payload as text; a name longer than a mebibyte is no name. */
  async string(field: Field): Promise<string> {
    if (field.end - field.start > 1 << 20) throw new MalformedError('text too long');
    const { buffer, byteOffset, byteLength } = await this.bytes(field);
    return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
  }

  /** The numbers of a repeated integer field: packed into one payload, or one of its varints. */
  async integers({ wire, value, start, end }: Field): Promise<number[]> {
    if (wire === 0) return [value];
    if (wire !== 2 || end - start > 1 << 16) throw new MalformedError('not a list of numbers');
    await this.load(start, end - start);
    const numbers: number[] = [];
    for (this.position = start; this.position < end; ) numbers.push(this.varint());
    return numbers;
  }

  private async next(end: number): Promise<Field> {
    await this.load(this.position, Math.min(headBytes, this.size - this.position));
    const key = this.varint();
    const field = { number: Math.floor(key / 8), wire: key % 8, value: 0, start: 0, end: 0 };
    let length = 0;
    if (field.wire === 0) field.value = this.varint();
    else if (field.wire === 1) length = 8;
    else if (field.wire === 2) length = this.varint();
    else if (field.wire === 5) length = 4;
    else throw new MalformedError(`wire type ${field.wire}`);
    if (field.number === 0 || length < 0) throw new MalformedError('not a field');
    field.start = this.position;
    field.end = this.position + length;
    if (field.end > this.size) throw new TruncatedError('field ends beyond the file');
    if (field.end > end) throw new MalformedError('field ends beyond its message');
    return field;
  }

  /** A varint as a signed 64-bit integer, exact up to 2^53. */
  private varint(): number {
    let value = 0;
    let high = 0n;
    for (let i = 0; i < 10; i++) {
      const at = this.position++ - this.origin;
      if (at >= this.window.length) throw new TruncatedError('number ends beyond the file');
      const byte = this.window[at];
      if (i < 7) value += (byte & 127) * 2 ** (7 * i);
      else high |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) return high ? Number(BigInt.asIntN(64, high | BigInt(value))) : value;
    }
    throw new MalformedError('number of more than ten bytes');
  }

  /** Makes the window hold `length` bytes from `start`. */
  private async load(start: number, length: number): Promise<void> {
    if (start >= this.origin && start + length <= this.origin + this.window.length) return;
    const window = new Uint8Array(Math.min(Math.max(length, windowBytes), this.size - start));
    const { bytesRead } = await this.file.read(window, 0, window.length, start);
    if (bytesRead < length) throw new TruncatedError('the file has become shorter');
    this.window = window.subarray(0, bytesRead);
    this.origin = start;
  }
}
