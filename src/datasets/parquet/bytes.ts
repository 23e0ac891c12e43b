import { open } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';

/** More bytes at once than a row group may have are asked for by a damaged file only. */
const most = 1.5e9;

/** A file that is read piece by piece; opened for each piece, so that none stays open. */
export function openBytes(path: string, size: number): AsyncBuffer {
  return {
    byteLength: size,
    async slice(start: number, end: number = size): Promise<ArrayBuffer> {
      const from = start < 0 ? Math.max(0, size + start) : start;
      const length = end - from;
      if (from > size || end > size || length < 0 || length > most)
        throw new Error('it names bytes beyond its end');
      const bytes = new Uint8Array(length);
      const file = await open(path);
      try {
        const { bytesRead } = await file.read(bytes, 0, length, from);
        if (bytesRead < length) throw new Error('the file has become shorter');
      } finally {
        await file.close();
      }
      return bytes.buffer;
    },
  };
}
