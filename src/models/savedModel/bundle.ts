import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../protocol/notice.js';
import { shapeOf } from './messages.js';
import { elements, type Values, valuesOf } from './tensor.js';
import { fields, text, varint, WireError } from './wire.js';

/** Where a variable's value lies. */
interface Entry {
  type: number;
  shape: number[];
  shard: number;
  offset: number;
  size: number;
}

/** The last bytes of a LevelDB table. */
const magic = 0xdb4775248b80fb57n;
const footerBytes = 48;
/** An index lists names, a hundred bytes each. */
const mostIndexBytes = 256e6;
const mostShards = 1e5;

/** The checkpoint of a SavedModel: variables by name (`variables/variables.index` and its data files). */
export class Bundle {
  private constructor(
    private readonly model: string,
    private readonly prefix: string,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly shards: number,
  ) {}

  /** Null where the model has no variables. Throws where the index is damaged or a data file is missing or too short. */
  static async open(model: string, folder: string): Promise<Bundle | null> {
    const prefix = join(folder, 'variables', 'variables');
    const index = `${prefix}.index`;
    const info = await stat(index).catch(() => null);
    if (!info) return null;
    if (info.size > mostIndexBytes) throw new WireError('the index of variables is too large');
    const { entries, shards } = readIndex(await readFile(index));
    const bundle = new Bundle(model, prefix, entries, shards);
    await bundle.check();
    return bundle;
  }

  get files(): string[] {
    return [
      `${this.prefix}.index`,
      ...Array.from({ length: this.shards }, (_, k) => this.shardFile(k)),
    ];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  async read(name: string): Promise<Values | null> {
    const entry = this.entries.get(name);
    if (!entry) return null;
    const bytes = new Uint8Array(entry.size);
    const file = await open(this.shardFile(entry.shard));
    try {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, entry.offset);
      if (bytesRead < bytes.length) throw new WireError('a variable ends beyond its file');
    } finally {
      await file.close();
    }
    return valuesOf(entry.type, entry.shape, bytes);
  }

  private shardFile(shard: number): string {
    const number = (n: number) => String(n).padStart(5, '0');
    return `${this.prefix}.data-${number(shard)}-of-${number(this.shards)}`;
  }

  private async check(): Promise<void> {
    const needed = new Float64Array(this.shards);
    for (const { shard, offset, size } of this.entries.values())
      needed[shard] = Math.max(needed[shard], offset + size);
    for (const [shard, bytes] of needed.entries()) {
      const path = this.shardFile(shard);
      const data = path.slice(this.prefix.length - 'variables/variables'.length);
      const info = await stat(path).catch(() => null);
      if (!info) throw failure('model.externalMissing', { file: this.model, data });
      if (info.size < bytes) throw failure('model.externalTruncated', { file: this.model, data });
    }
  }
}

function readIndex(bytes: Buffer): { entries: Map<string, Entry>; shards: number } {
  const footer = bytes.subarray(bytes.length - footerBytes);
  if (footer.length < footerBytes || footer.readBigUInt64LE(40) !== magic)
    throw new WireError('variables.index is no table of variables');
  const cursor = { at: 0 };
  // The first handle is that of the meta index, which is empty.
  varint(footer, cursor);
  varint(footer, cursor);
  const entries = new Map<string, Entry>();
  let shards = 1;
  for (const [, handle] of block(bytes, varint(footer, cursor), varint(footer, cursor))) {
    const at = { at: 0 };
    for (const [key, value] of block(bytes, varint(handle, at), varint(handle, at))) {
      if (key !== '') entries.set(key, entryOf(value));
      else for (const { number, value: n } of fields(value)) if (number === 1) shards = n;
    }
  }
  if (shards < 1 || shards > mostShards) throw new WireError(`variables in ${shards} files`);
  for (const [name, { shard }] of entries)
    if (shard < 0 || shard >= shards) throw new WireError(`no file for variable ${name}`);
  return { entries, shards };
}

/** Keys and values of one block; a key is written as what differs from the one before. */
function* block(bytes: Buffer, offset: number, size: number): Generator<[string, Uint8Array]> {
  if (offset + size + 5 > bytes.length) throw new WireError('a block ends beyond variables.index');
  if (bytes[offset + size] !== 0) throw new WireError('variables.index is compressed');
  const data = bytes.subarray(offset, offset + size);
  const restarts = data.readUInt32LE(size - 4);
  const end = size - 4 - 4 * restarts;
  let key: Uint8Array = new Uint8Array(0);
  for (const cursor = { at: 0 }; cursor.at < end; ) {
    const [shared, own, length] = [0, 0, 0].map(() => varint(data, cursor));
    if (shared > key.length || cursor.at + own + length > end)
      throw new WireError('variables.index is damaged');
    key = Buffer.concat([key.subarray(0, shared), data.subarray(cursor.at, cursor.at + own)]);
    cursor.at += own + length;
    yield [text(key), data.subarray(cursor.at - length, cursor.at)];
  }
}

function entryOf(bytes: Uint8Array): Entry {
  const entry: Entry = { type: 0, shape: [], shard: 0, offset: 0, size: 0 };
  for (const { number, value, bytes: payload } of fields(bytes)) {
    if (number === 1) entry.type = value;
    else if (number === 2) entry.shape = (shapeOf(payload) ?? []).map(size => size ?? 0);
    else if (number === 3) entry.shard = value;
    else if (number === 4) entry.offset = value;
    else if (number === 5) entry.size = value;
  }
  elements(entry.shape);
  return entry;
}
