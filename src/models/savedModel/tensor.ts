import { fromFloat16 } from '../onnx/float16.js';
import { shapeOf } from './messages.js';
import { fields, floats, integers, WireError } from './wire.js';

/** TensorFlow's numbers of element types. */
const types = {
  float: 1,
  double: 2,
  int32: 3,
  uint8: 4,
  int16: 5,
  int8: 6,
  string: 7,
  int64: 9,
  bool: 10,
  uint16: 17,
  half: 19,
} as const;

/** Values as TensorFlow.js has them. */
export interface Values {
  dtype: 'float32' | 'int32' | 'bool';
  shape: number[];
  data: Float32Array | Int32Array | Uint8Array;
}

/** A tensor of more elements is none that a model file holds. */
const mostElements = 2 ** 31;
/** One number may stand for all of a constant: for this many, as a file of a few bytes would fill any memory otherwise. */
const mostRepeated = 2 ** 26;

const itemBytes: Record<number, number> = {
  [types.float]: 4,
  [types.double]: 8,
  [types.int32]: 4,
  [types.uint8]: 1,
  [types.int16]: 2,
  [types.int8]: 1,
  [types.int64]: 8,
  [types.bool]: 1,
  [types.uint16]: 2,
  [types.half]: 2,
};

/** Number of elements of a shape. */
export function elements(shape: readonly number[]): number {
  const n = shape.reduce((a, b) => a * b, 1);
  if (!(n >= 0 && n < mostElements)) throw new WireError(`a tensor of ${n} elements`);
  return n;
}

/** Values of little-endian bytes; null for types that are no numbers. */
export function valuesOf(type: number, shape: number[], bytes: Uint8Array): Values | null {
  const size = itemBytes[type];
  if (size === undefined) return null;
  const n = elements(shape);
  if (bytes.length < n * size) throw new WireError('a tensor ends beyond its bytes');
  // A copy, so that it is aligned whatever lies before it.
  const own = new Uint8Array(bytes.subarray(0, n * size)).buffer;
  switch (type) {
    case types.float:
      return { dtype: 'float32', shape, data: new Float32Array(own) };
    case types.double:
      return { dtype: 'float32', shape, data: Float32Array.from(new Float64Array(own)) };
    case types.half:
      return { dtype: 'float32', shape, data: fromFloat16(new Uint16Array(own)) };
    case types.bool:
      return { dtype: 'bool', shape, data: new Uint8Array(own) };
    case types.int64:
      return { dtype: 'int32', shape, data: Int32Array.from(new BigInt64Array(own), clipped) };
    case types.int32:
      return { dtype: 'int32', shape, data: new Int32Array(own) };
    case types.int16:
      return { dtype: 'int32', shape, data: Int32Array.from(new Int16Array(own)) };
    case types.uint16:
      return { dtype: 'int32', shape, data: Int32Array.from(new Uint16Array(own)) };
    case types.int8:
      return { dtype: 'int32', shape, data: Int32Array.from(new Int8Array(own)) };
    default:
      return { dtype: 'int32', shape, data: Int32Array.from(new Uint8Array(own)) };
  }
}

/** Ends of slices are written as the largest int64. */
function clipped(value: bigint): number {
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Number(value)));
}

/** Values of a TensorProto; null for text and other types that are no numbers. */
export function tensorOf(proto: Uint8Array): Values | null {
  let type = 0;
  let shape: number[] = [];
  let content: Uint8Array | null = null;
  const given: number[] = [];
  for (const field of fields(proto)) {
    const { number, value, bytes } = field;
    if (number === 1) type = value;
    else if (number === 2) shape = (shapeOf(bytes) ?? []).map(size => size ?? 0);
    else if (number === 4) content = bytes;
    else if (number === 5) for (const v of floats(field)) given.push(v);
    else if (number === 6) for (const v of doubles(bytes)) given.push(v);
    else if (number === 7 || number === 10 || number === 11)
      for (const v of integers(field)) given.push(v);
    else if (number === 13)
      for (const v of fromFloat16(Uint16Array.from(integers(field)))) given.push(v);
  }
  if (content && content.length > 0) return valuesOf(type, shape, content);
  if (itemBytes[type] === undefined) return null;
  const n = elements(shape);
  if (n > given.length + mostRepeated) throw new WireError(`a constant of ${n} repeated elements`);
  const real = type === types.float || type === types.double || type === types.half;
  const data =
    type === types.bool ? new Uint8Array(n) : real ? new Float32Array(n) : new Int32Array(n);
  // Fewer values than elements: the last one stands for the rest.
  for (let i = 0; i < n; i++) data[i] = given[Math.min(i, given.length - 1)] ?? 0;
  return { dtype: type === types.bool ? 'bool' : real ? 'float32' : 'int32', shape, data };
}

function doubles(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >> 3 }, (_, i) => view.getFloat64(8 * i, true));
}

/** Texts of a TensorProto of strings. */
export function textsOf(proto: Uint8Array): string[] {
  const found: string[] = [];
  for (const { number, bytes } of fields(proto))
    if (number === 8) found.push(Buffer.from(bytes).toString('utf8'));
  return found;
}
