import type { FileHandle } from 'node:fs/promises';
import {
  CompressionType,
  compressionRegistry,
  type Data,
  DataType,
  type Field,
  Message,
  Precision,
  type RecordBatch,
  RecordBatchReader,
  Vector,
} from 'apache-arrow';
import { compressors } from 'hyparquet-compressors';
import type { ArrayInfo, ItemType, Numbers } from './array.js';
import { checkBatch, checkFooter } from './arrowChecks.js';
import { isArrowFile, streamMessages } from './arrowStream.js';
import { EndsEarly, FilePart } from './bytes.js';
import { unpackLz4 } from './lz4.js';
import type { ColumnBlock, GroupedColumns } from './rowGroups.js';

/** What a buffer of a record batch may unpack to. */
const mostBufferBytes = 1e9;

compressionRegistry.set(CompressionType.LZ4_FRAME, {
  decode: data => unpackLz4(data, mostBufferBytes),
});
compressionRegistry.set(CompressionType.ZSTD, {
  // A copy, as its values must begin where their type may.
  decode: data => Uint8Array.from(compressors.ZSTD?.(data, 0) ?? data),
});

/** The columns of an Arrow file (Feather of version 2) or stream: lists of one length are arrays of two axes. */
export async function arrowColumns(file: FileHandle): Promise<GroupedColumns> {
  const stored = (await isArrowFile(file)) ? await ofFile(file) : await ofStream(file);
  const { fields, batches } = stored;
  const first = batches.length > 0 ? await stored.read(0) : null;
  const total = batches.reduce((sum, { rows }) => sum + rows, 0);
  const arrays = fields.map(({ name, type }): ArrayInfo => {
    if (!isList(type)) return { name, type: typeOf(type), shape: [total] };
    const item = typeOf(type.children[0].type);
    const width = DataType.isFixedSizeList(type)
      ? type.listSize
      : (first?.getChild(name)?.get(0)?.length ?? 0);
    return { name, type: item === 'text' ? 'object' : item, shape: [total, width] };
  });
  return {
    arrays,
    groups: batches,
    read: async (array, group) => {
      const column = (await stored.read(group))?.getChild(array.name);
      if (!column) throw new Error(`no column ${array.name}`);
      return blockOf(column, array, batches[group].rows);
    },
    close: stored.close,
  };
}

/** Record batches, told by their descriptions and read one by one. */
interface Batches {
  fields: readonly Field[];
  batches: readonly { rows: number; bytes: number }[];
  read(batch: number): Promise<RecordBatch | null>;
  close(): Promise<void>;
}

async function ofFile(file: FileHandle): Promise<Batches> {
  checkFooter(await readFooter(file));
  const { size } = await file.stat();
  const reader = await RecordBatchReader.from(file);
  await reader.open();
  if (!reader.isFile() || !reader.isAsync()) throw new Error('not an Arrow file');
  const batches: { rows: number; bytes: number }[] = [];
  for (const block of reader.footer?.recordBatches() ?? []) {
    // Of a batch only its description is read here: its length in a frame of 8 bytes, then the message.
    if (block.offset < 0 || block.offset + block.metaDataLength + block.bodyLength > size)
      throw new EndsEarly();
    const bytes = Buffer.alloc(block.metaDataLength);
    await file.read(bytes, 0, bytes.length, block.offset);
    checkBatch(bytes.subarray(8));
    const message = Message.decode(bytes.subarray(8));
    if (!message.isRecordBatch()) throw new Error('no record batch where one was expected');
    batches.push({ rows: Number(message.header().length), bytes: block.bodyLength });
  }
  let last: Promise<unknown> = Promise.resolve();
  return {
    fields: reader.schema.fields,
    batches,
    read(batch) {
      // The reader has one position in the file: one batch after the other.
      const next = last.then(() => reader.readRecordBatch(batch));
      last = next.catch(() => undefined);
      return next;
    },
    close: async () => {
      await reader.cancel();
    },
  };
}

/** What `datasets` of Hugging Face saves, and what is sent over a pipe: messages one after the other, with no directory. */
async function ofStream(file: FileHandle): Promise<Batches> {
  const messages = await streamMessages(file);
  const found = messages.filter(({ kind }) => kind === 'batch');
  const part = async ({ start, end }: { start: number; end: number }) => {
    const bytes = Buffer.alloc(end - start);
    await new FilePart(file, start, end - start).read(bytes, 0);
    return bytes;
  };
  /** The schema and the dictionaries that stand before a message. */
  const before = async (end: number) =>
    Promise.all(messages.filter(m => m.kind !== 'batch' && m.start < end).map(part));
  const schema = RecordBatchReader.from(Buffer.concat(await before(Number.MAX_SAFE_INTEGER)));
  schema.open();
  return {
    fields: schema.schema.fields,
    batches: found.map(({ rows, start, end }) => ({ rows, bytes: end - start })),
    async read(batch) {
      const message = found[batch];
      const bytes = Buffer.concat([...(await before(message.start)), await part(message)]);
      return RecordBatchReader.from(bytes).next().value ?? null;
    },
    close: async () => undefined,
  };
}

/** A column of one batch as numbers or texts. What a damaged description claims has to be there before it is believed. */
function blockOf(column: Vector, { type, shape }: ArrayInfo, rows: number): ColumnBlock {
  const [chunk] = column.data;
  if (column.data.length !== 1 || chunk.length !== rows) throw new RangeError('no such column');
  if (type === 'text') {
    const held = DataType.isDictionary(column.type) ? chunk.values : chunk.valueOffsets;
    if ((held?.length ?? 0) < rows) throw new RangeError('fewer texts than stated');
    return Array.from(column, cell => (cell == null ? '' : String(cell)));
  }
  const width = shape[1] ?? 1;
  if (shape.length === 1) return numbersOf(column, chunk, rows, type);
  const [items] = chunk.children;
  const offsets: ArrayLike<number | bigint> | undefined = chunk.valueOffsets;
  const start = offsets ? Number(offsets[0]) : 0;
  // A row of another length leaves a block of another length, which is told apart by whoever asked.
  if (offsets)
    for (let row = 0; row <= rows; row++)
      if (Number(offsets[row]) !== start + row * width) return new Float64Array();
  if (chunk.nullCount > 0) return new Float64Array();
  const values = numbersOf(new Vector([items]), items, items.length, type);
  return values.subarray(start, start + rows * width);
}

/** Numbers of a column, NaN where there is none. */
function numbersOf(column: Vector, chunk: Data, rows: number, type: ItemType): Numbers {
  const isFlag = type === 'bool';
  const held = (chunk.values?.length ?? 0) * (isFlag ? 8 : 1);
  if (held < rows) throw new RangeError('fewer values than stated');
  const values = new (type === 'float32' || type === 'float16' ? Float32Array : Float64Array)(rows);
  const plain = chunk.nullCount === 0 && /^(float(32|64)|u?int(8|16|32))$/.test(type);
  if (plain) values.set(chunk.values.subarray(0, rows));
  else
    for (let row = 0; row < rows; row++) {
      const value = column.get(row);
      values[row] = value == null ? Number.NaN : Number(value);
    }
  return values;
}

/** The description of columns and batches at the end of the file. */
async function readFooter(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat();
  const end = Buffer.alloc(10);
  await file.read(end, 0, 10, Math.max(0, size - 10));
  const length = end.readInt32LE(0);
  if (end.toString('latin1', 4) !== 'ARROW1' || length < 16 || length > size - 10)
    throw new EndsEarly();
  const footer = Buffer.alloc(length);
  await file.read(footer, 0, length, size - 10 - length);
  return footer;
}

function isList(type: DataType): boolean {
  return DataType.isFixedSizeList(type) || DataType.isList(type) || DataType.isLargeList(type);
}

function typeOf(type: DataType): ItemType {
  if (DataType.isBool(type)) return 'bool';
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return 'text';
  if (DataType.isDictionary(type)) return typeOf(type.dictionary);
  if (DataType.isFloat(type))
    return (
      {
        [Precision.HALF]: 'float16',
        [Precision.SINGLE]: 'float32',
        [Precision.DOUBLE]: 'float64',
      } as const
    )[type.precision];
  if (DataType.isInt(type)) return `${type.isSigned ? '' : 'u'}int${type.bitWidth}` as ItemType;
  return 'object';
}
