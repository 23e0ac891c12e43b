/** Fields of a Thrift struct: numbers are i32, bigints i64, texts and bytes binary, arrays lists, objects structs. */
type Value = number | bigint | string | Uint8Array | Value[] | { [field: number]: Value };

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (; value > 127n; value >>= 7n) bytes.push(Number(value & 127n) | 128);
  return [...bytes, Number(value)];
}

const zigzag = (value: bigint) => varint(value < 0n ? -2n * value - 1n : 2n * value);

function typeOf(value: Value): number {
  if (typeof value === 'number') return 5;
  if (typeof value === 'bigint') return 6;
  if (typeof value === 'string' || value instanceof Uint8Array) return 8;
  return Array.isArray(value) ? 9 : 12;
}

function encoded(value: Value): number[] {
  if (typeof value === 'number' || typeof value === 'bigint') return zigzag(BigInt(value));
  if (typeof value === 'string') return encoded(Buffer.from(value));
  if (value instanceof Uint8Array) return [...varint(BigInt(value.length)), ...value];
  if (!Array.isArray(value)) return [...thrift(value)];
  const type = value.length > 0 ? typeOf(value[0]) : 12;
  const head =
    value.length < 15
      ? [(value.length << 4) | type]
      : [0xf0 | type, ...varint(BigInt(value.length))];
  return [...head, ...value.flatMap(encoded)];
}

/** A struct in Thrift's compact protocol. */
function thrift(struct: { [field: number]: Value }): Buffer {
  const bytes: number[] = [];
  let last = 0;
  for (const [field, value] of Object.entries(struct)) {
    bytes.push(((Number(field) - last) << 4) | typeOf(value), ...encoded(value));
    last = Number(field);
  }
  return Buffer.from([...bytes, 0]);
}

/** What a file says of itself, whether it is so or not. */
export interface Claims {
  /** 0: none, 2: gzip, 6: zstd. */
  codec?: number;
  /** Packed bytes of the page of texts. */
  page?: Uint8Array;
  /** Length that its header says it unpacks to. */
  unpacked?: number;
  /** Length that its header says it has. */
  packed?: number;
  /** Rows that page headers speak of. */
  values?: number;
  /** Rows that the footer speaks of. */
  rows?: bigint;
  /** Physical type that the footer gives the texts: 6, byte array. */
  type?: number;
  /** Position of the texts that the footer speaks of. */
  offset?: bigint;
}

/** Values of a column of texts as a page holds them. */
function plainTexts(texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.flatMap(text => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** A Parquet file with the columns `text` and `label`, each one page. */
export function parquetOf(
  texts: readonly string[],
  labels: readonly string[],
  claims: Claims = {},
): Buffer {
  const { codec = 0, type = 6, rows = BigInt(texts.length), values = texts.length } = claims;
  const parts: Buffer[] = [Buffer.from('PAR1')];
  let at = 4;
  const chunks = [
    { name: 'text', plain: plainTexts(texts), packed: claims.page, claims, codec },
    { name: 'label', plain: plainTexts(labels), packed: undefined, claims: {} as Claims, codec: 0 },
  ].map(({ name, plain, packed: page, claims: c, codec: by }) => {
    const body = Buffer.from(page ?? plain);
    const header = thrift({
      1: 0,
      2: c.unpacked ?? plain.length,
      3: c.packed ?? body.length,
      5: { 1: values, 2: 0, 3: 3, 4: 3 },
    });
    const start = BigInt(at);
    parts.push(header, body);
    at += header.length + body.length;
    const size = BigInt(header.length + body.length);
    const offset = c.offset ?? start;
    return {
      2: start,
      3: {
        1: name === 'text' ? type : 6,
        2: [0],
        3: [name],
        4: by,
        5: rows,
        6: size,
        7: size,
        9: offset,
      },
    };
  });
  const element = (name: string, physical: number) => ({ 1: physical, 3: 0, 4: name, 6: 0 });
  const footer = thrift({
    1: 1,
    2: [{ 4: 'schema', 5: 2 }, element('text', type), element('label', 6)],
    3: rows,
    4: [{ 1: chunks, 2: 100n, 3: rows }],
  });
  const end = Buffer.alloc(8, 'PAR1');
  end.writeUInt32LE(footer.length);
  end.write('PAR1', 4);
  return Buffer.concat([...parts, footer, end]);
}
