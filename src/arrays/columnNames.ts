import type { FileHandle } from 'node:fs/promises';
import { usualNames } from './predictions.js';

/** Columns are described at the end of a file, before its last bytes. */
const tailBytes = 64 << 10;

/** Usual names of predictions among the columns of a Parquet or an Arrow file. */
export interface NamedColumns {
  predictions: boolean;
  labels: boolean;
}

/**
 * Whether a file of columns has some with the usual names of predictions, by the descriptions at its end (of a
 * stream at its beginning): a name stands there behind its own length, which text that only mentions it does not. Null where it is no such file.
 */
export async function namedColumns(file: FileHandle): Promise<NamedColumns | null> {
  const { size } = await file.stat();
  const length = Math.min(size, tailBytes);
  const tail = Buffer.alloc(length);
  const { bytesRead } = await file.read(tail, 0, length, size - length);
  if (bytesRead < length || length < 12) return null;
  const isParquet = tail.toString('latin1', length - 4) === 'PAR1';
  const isFile = tail.toString('latin1', length - 6) === 'ARROW1';
  if (!isParquet && !isFile) {
    // A stream of Arrow has the names of its columns in its first message.
    const frame = Buffer.alloc(8);
    await file.read(frame, 0, 8, 0);
    if (frame.readUInt32LE(0) !== 0xffffffff || frame.readUInt32LE(4) > tailBytes) return null;
    tail.fill(0);
    await file.read(tail, 0, Math.min(length, 8 + frame.readUInt32LE(4)), 0);
  }
  const has = (name: string) => {
    // Thrift has a short length in one byte, a flatbuffer in four and a zero after the text.
    const before = isParquet ? [name.length] : [name.length, 0, 0, 0];
    const text = [...Buffer.from(name), ...(isParquet ? [] : [0])];
    return tail.includes(Buffer.from([...before, ...text]));
  };
  const any = (names: readonly string[]) => names.some(has);
  const features = any(usualNames.features);
  const isData = any(['image', 'images', 'text', 'sentence', 'file_name', 'x']);
  return {
    predictions: any(usualNames.outputs) || (features && !isData),
    labels: any(usualNames.labels),
  };
}
