/** The bytes are no protobuf of the message that was expected. */
export class WireError extends Error {}

/** One field of a message: a number (varint or fixed), or a payload. */
export interface WireField {
  number: number;
  wire: number;
  /** Of a varint, as a signed 64-bit integer, exact up to 2^53; the bits of a fixed field are in `bytes`. */
  value: number;
  bytes: Uint8Array;
}

const none: Uint8Array = new Uint8Array(0);

/** Fields of a message that is in memory, in order. */
export function* fields(bytes: Uint8Array): Generator<WireField> {
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) {
    const key = varint(bytes, cursor);
    const field = { number: Math.floor(key / 8), wire: key % 8, value: 0, bytes: none };
    let length = 0;
    if (field.wire === 0) field.value = varint(bytes, cursor);
    else if (field.wire === 1) length = 8;
    else if (field.wire === 2) length = varint(bytes, cursor);
    else if (field.wire === 5) length = 4;
    else throw new WireError(`wire type ${field.wire}`);
    if (field.number < 1 || length < 0 || cursor.at + length > bytes.length)
      throw new WireError('a field ends beyond its message');
    field.bytes = bytes.subarray(cursor.at, cursor.at + length);
    cursor.at += length;
    yield field;
  }
}

/** Varints of a repeated field: packed into one payload, or one of them. */
export function integers({ wire, value, bytes }: WireField): number[] {
  if (wire === 0) return [value];
  const found: number[] = [];
  for (const cursor = { at: 0 }; cursor.at < bytes.length; ) found.push(varint(bytes, cursor));
  return found;
}

/** float32 numbers of a repeated field, packed or one of them. */
export function floats({ bytes }: WireField): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >> 2 }, (_, i) => view.getFloat32(4 * i, true));
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

export function varint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  let high = 0n;
  for (let i = 0; i < 10; i++) {
    if (cursor.at >= bytes.length) throw new WireError('a number ends beyond its message');
    const byte = bytes[cursor.at++];
    if (i < 7) value += (byte & 127) * 2 ** (7 * i);
    else high |= BigInt(byte & 127) << BigInt(7 * i);
    if (byte < 128) return high ? Number(BigInt.asIntN(64, high | BigInt(value))) : value;
  }
  throw new WireError('a number has more than ten bytes');
}
