import type { ItemType, Numbers } from './array.js';

/** How the items of an array lie in its bytes. */
export interface ItemLayout {
  type: ItemType;
  /** Bytes of one item. */
  bytes: number;
  bigEndian: boolean;
  /** Of texts: UTF-32 (NumPy's `U`) or bytes in UTF-8 (`S`), padded with zeros. */
  wide?: boolean;
}

const byKind: Record<string, ItemType> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  // NumPy has no name for what JAX calls bfloat16, and saves it as two bytes of anything.
  V2: 'bfloat16',
};

/** What a NumPy type string says: `<f4`, `|u1`, `>i8`, `<U12`, `|S64`. */
export function layoutOfDescr(descr: string): ItemLayout {
  const [, order, kind, size] = /^([<>|=])?([a-zA-Z])(\d+)?$/.exec(descr) ?? [];
  const bigEndian = order === '>';
  const n = Number(size ?? 0);
  if (kind === 'U' || kind === 'S')
    return { type: 'text', bytes: n * (kind === 'U' ? 4 : 1), bigEndian, wide: kind === 'U' };
  const type = byKind[`${kind}${size}`];
  return type ? { type, bytes: n, bigEndian } : { type: 'object', bytes: 0, bigEndian };
}

const bySafetensors: Record<string, [ItemType, number]> = {
  BOOL: ['bool', 1],
  I8: ['int8', 1],
  U8: ['uint8', 1],
  I16: ['int16', 2],
  U16: ['uint16', 2],
  I32: ['int32', 4],
  U32: ['uint32', 4],
  I64: ['int64', 8],
  U64: ['uint64', 8],
  F16: ['float16', 2],
  BF16: ['bfloat16', 2],
  F32: ['float32', 4],
  F64: ['float64', 8],
};

/** What a type of safetensors says; it is always little-endian. */
export function layoutOfSafetensors(dtype: string): ItemLayout {
  const [type, bytes] = Object.hasOwn(bySafetensors, dtype)
    ? bySafetensors[dtype]
    : (['object', 0] as const);
  return { type, bytes, bigEndian: false };
}

/**
 * Items as numbers. `bytes` is taken over: it may be changed, and be what the result looks at.
 * @param bytes as many as its items take, from a position that any item may start at
 */
export function numbersOf(
  bytes: Uint8Array,
  { type, bytes: size, bigEndian }: ItemLayout,
): Numbers {
  const own = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  if (bigEndian && size > 1) reverseItems(own, size);
  const { buffer, byteOffset, length } = own;
  const n = length / size;
  switch (type) {
    case 'bool':
    case 'uint8':
      return own;
    case 'int8':
      return new Int8Array(buffer, byteOffset, n);
    case 'int16':
      return new Int16Array(buffer, byteOffset, n);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, n);
    case 'int32':
      return new Int32Array(buffer, byteOffset, n);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, n);
    case 'int64':
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, n), Number);
    case 'uint64':
      return Float64Array.from(new BigUint64Array(buffer, byteOffset, n), Number);
    case 'float32':
      return new Float32Array(buffer, byteOffset, n);
    case 'float64':
      return new Float64Array(buffer, byteOffset, n);
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer, byteOffset, n), half);
    case 'bfloat16': {
      const bits = Uint32Array.from(new Uint16Array(buffer, byteOffset, n), x => x << 16);
      return new Float32Array(bits.buffer);
    }
    default:
      throw new Error(`${type} holds no numbers`);
  }
}

/** Texts of fixed width, without the zeros that they are padded with. */
export function textsOf(bytes: Uint8Array, { bytes: size, bigEndian, wide }: ItemLayout): string[] {
  if (size === 0) return [];
  const decoder = new TextDecoder();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / size }, (_, k) => {
    if (!wide) {
      let end = (k + 1) * size;
      while (end > k * size && bytes[end - 1] === 0) end--;
      return decoder.decode(bytes.subarray(k * size, end));
    }
    let text = '';
    for (let at = k * size; at < (k + 1) * size; at += 4) {
      const code = view.getUint32(at, !bigEndian);
      text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    }
    return text.replace(/\0+$/, '');
  });
}

/** A number as it would be printed: whole ones without a point. */
export function printed(value: number, type: ItemType): string {
  if (type === 'bool') return value ? 'true' : 'false';
  return String(value);
}

function reverseItems(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** A float16 by its bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
