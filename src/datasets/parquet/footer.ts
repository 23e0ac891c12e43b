import { type FileHandle, open } from 'node:fs/promises';
import {
  numberIn,
  structIn,
  structsIn,
  type ThriftStruct,
  textIn,
  thriftFields,
} from './thrift.js';

/** A column of a Parquet file: what its cells are. */
export interface ParquetColumn {
  name: string;
  /** `image`: a struct with the bytes of a file or its path, as Hugging Face datasets have them. */
  kind: 'text' | 'number' | 'boolean' | 'binary' | 'image' | 'other';
  /** Names of the parts that are stored: one for a plain column; `bytes` and `path` of an image. */
  parts: readonly (readonly string[])[];
}

/** What the footer of a Parquet file says of it, as far as it was read. */
export interface Footer {
  columns: ParquetColumn[];
  rows: number;
  /** Class names of columns by number, from the metadata that Hugging Face's library writes. */
  classNames: ReadonlyMap<string, readonly string[]>;
}

/** The file is no Parquet file, or ends early. */
export class NotParquet extends Error {}

const magic = 'PAR1';
/** A footer is read whole; of more than this something is wrong. */
const mostFooterBytes = 256 << 20;

/** Where the footer lies. Throws `NotParquet`. */
export async function findFooter(file: FileHandle): Promise<{ at: number; length: number }> {
  const { size } = await file.stat();
  if (size < 12) throw new NotParquet('it is too short');
  const ends = Buffer.alloc(12);
  await file.read(ends, 0, 4, 0);
  await file.read(ends, 4, 8, size - 8);
  if (ends.toString('latin1', 8) === 'PARE') throw new NotParquet('it is encrypted');
  if (ends.toString('latin1', 0, 4) !== magic) throw new NotParquet('it does not begin as one');
  if (ends.toString('latin1', 8) !== magic) throw new NotParquet('it ends too early');
  const length = ends.readUInt32LE(4);
  if (length > size - 12 || length > mostFooterBytes) throw new NotParquet('its footer is damaged');
  return { at: size - 8 - length, length };
}

/** Reads the beginning of a footer, where columns and the number of rows stand; null where it is no Parquet file. */
export async function peekFooter(path: string, most = 64 << 10): Promise<Footer | null> {
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const { at, length } = await findFooter(file);
    const bytes = Buffer.alloc(Math.min(length, most));
    await file.read(bytes, 0, bytes.length, at);
    return readFooter(bytes);
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

/** Fields of FileMetaData (parquet.thrift); those that the bytes end before are left out. */
export function readFooter(bytes: Uint8Array, whole = false): Footer {
  const fields: ThriftStruct = {};
  try {
    for (const [field, value] of thriftFields(bytes)) fields[field] = value;
  } catch (error) {
    if (whole || fields[2] === undefined || fields[3] === undefined) throw error;
  }
  const pairs = structsIn(fields, 5).map(pair => [textIn(pair, 1), textIn(pair, 2)] as const);
  return {
    columns: columnsOf(structsIn(fields, 2)),
    rows: numberIn(fields, 3) ?? 0,
    classNames: classNamesOf(new Map(pairs).get('huggingface')),
  };
}

/** Columns of a schema: its elements come depth first, the root before them. */
function columnsOf(elements: readonly ThriftStruct[]): ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  let at = 1;
  /** Skips an element and all below it. */
  const skip = () => {
    let left = 1;
    for (; left > 0 && at < elements.length; at++) left += childrenOf(elements[at]) - 1;
  };
  while (at < elements.length) {
    const element = elements[at];
    const name = textIn(element, 4);
    const children = elements.slice(at + 1, at + 1 + childrenOf(element));
    skip();
    const plain = children.every(child => childrenOf(child) === 0 && !isRepeated(child));
    const parts = children.map(child => textIn(child, 4));
    const image = plain && (parts.includes('bytes') || parts.includes('path'));
    if (isRepeated(element)) columns.push({ name, kind: 'other', parts: [] });
    else if (children.length === 0) columns.push({ name, kind: kindOf(element), parts: [[name]] });
    else if (image) {
      const used = parts.filter(part => part === 'bytes' || part === 'path');
      columns.push({ name, kind: 'image', parts: used.map(part => [name, part]) });
    } else columns.push({ name, kind: 'other', parts: [] });
  }
  return columns;
}

const childrenOf = (element: ThriftStruct) => numberIn(element, 5) ?? 0;
const isRepeated = (element: ThriftStruct) => numberIn(element, 3) === 2;

/** What the cells of an element without children are, by its physical, its converted and its logical type. */
function kindOf(element: ThriftStruct): ParquetColumn['kind'] {
  const type = numberIn(element, 1) ?? -1;
  const converted = numberIn(element, 6);
  const logical = structIn(element, 10);
  const texts = converted === 0 || converted === 4 || logical?.[1] || logical?.[4];
  if (texts && type === 6) return 'text';
  // Dates and times.
  if (converted !== null && converted >= 6 && converted <= 10) return 'other';
  if (logical?.[6] || logical?.[7] || logical?.[8]) return 'other';
  if (type === 0) return 'boolean';
  if (type === 6) return 'binary';
  return type === 1 || type === 2 || type === 4 || type === 5 ? 'number' : 'other';
}

function classNamesOf(text: string | undefined): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  try {
    const features = JSON.parse(text ?? '{}').info?.features ?? {};
    for (const [column, feature] of Object.entries<{ names?: unknown } | null>(features)) {
      const names = feature?.names;
      if (Array.isArray(names) && names.every(name => typeof name === 'string'))
        found.set(column, names);
    }
  } catch {
    // Somebody else's key of that name.
  }
  return found;
}
