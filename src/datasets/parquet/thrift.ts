/** A value of Thrift's compact protocol, in which Parquet keeps its metadata. */
export type ThriftValue = number | boolean | Uint8Array | readonly ThriftValue[] | ThriftStruct;

/** Values by field number. */
export interface ThriftStruct {
  [field: number]: ThriftValue | undefined;
}

/** The bytes end within a value. */
export class ThriftEnds extends Error {}

/** The bytes are no values. */
export class NotThrift extends Error {}

const deepest = 16;

/** Fields of the struct that begins at `at`, as they come: what was read before an early end may be used. */
export function* thriftFields(bytes: Uint8Array, at = 0): Generator<[number, ThriftValue]> {
  yield* new Reader(bytes, at).fields(0);
}

/** The struct that begins at `at`, and where it ends. Throws `ThriftEnds` or `NotThrift`. */
export function thriftStruct(bytes: Uint8Array, at = 0): { value: ThriftStruct; end: number } {
  const reader = new Reader(bytes, at);
  const value = reader.struct(0);
  return { value, end: reader.at };
}

/** A field as a number, a text, a struct or a list; a neutral value where it is none. */
export const numberIn = (s: ThriftStruct, field: number): number | null => {
  const value = s[field];
  return typeof value === 'number' ? value : null;
};
export const textIn = (s: ThriftStruct, field: number): string => {
  const value = s[field];
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
};
export const structIn = (s: ThriftStruct, field: number): ThriftStruct | null => {
  const value = s[field];
  return isStruct(value) ? value : null;
};
export const structsIn = (s: ThriftStruct, field: number): ThriftStruct[] => {
  const value = s[field];
  return Array.isArray(value) ? value.filter(isStruct) : [];
};

function isStruct(value: ThriftValue | undefined): value is ThriftStruct {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {}

  *fields(depth: number): Generator<[number, ThriftValue]> {
    if (depth > deepest) throw new NotThrift();
    let field = 0;
    for (;;) {
      const head = this.byte();
      if (head === 0) return;
      field = head >> 4 === 0 ? this.signed() : field + (head >> 4);
      const type = head & 15;
      yield [field, type === 1 || type === 2 ? type === 1 : this.value(type, depth)];
    }
  }

  struct(depth: number): ThriftStruct {
    const struct: ThriftStruct = {};
    for (const [field, value] of this.fields(depth)) struct[field] = value;
    return struct;
  }

  private value(type: number, depth: number): ThriftValue {
    switch (type) {
      case 1:
      case 2:
        return this.byte() === 1;
      case 3:
        return (this.byte() << 24) >> 24;
      case 4:
      case 5:
      case 6:
        return this.signed();
      case 7: {
        const { buffer, byteOffset } = this.take(8);
        return new DataView(buffer, byteOffset, 8).getFloat64(0, true);
      }
      case 8:
        return this.take(this.unsigned());
      case 9:
      case 10:
        return this.list(depth);
      case 12:
        return this.struct(depth + 1);
      default:
        // Maps are not used in Parquet's metadata.
        throw new NotThrift();
    }
  }

  private list(depth: number): ThriftValue[] {
    const head = this.byte();
    const length = head >> 4 === 15 ? this.unsigned() : head >> 4;
    const values: ThriftValue[] = [];
    // Each takes a byte at least: what a header claims asks for no memory before it is there.
    if (length > this.bytes.length - this.at) throw new ThriftEnds();
    for (let i = 0; i < length; i++) values.push(this.value(head & 15, depth));
    return values;
  }

  private byte(): number {
    if (this.at >= this.bytes.length) throw new ThriftEnds();
    return this.bytes[this.at++];
  }

  private take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new ThriftEnds();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private unsigned(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new NotThrift();
  }

  private signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
