import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type Compressors, snappyUncompress } from 'hyparquet';
import { compressors as others } from 'hyparquet-compressors';

const mostWasmBytes = 8 << 20;

function unsnappied(packed: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  snappyUncompress(packed, bytes);
  return bytes;
}

/** How pages are unpacked: never to more than their header says, so that what is small on disk stays bounded in memory. */
export const compressors: Compressors = {
  ...others,
  // The memory of the library's WebAssembly only grows.
  SNAPPY: (packed, length) =>
    length > mostWasmBytes
      ? unsnappied(packed, length)
      : (others.SNAPPY?.(packed, length) ?? packed),
  GZIP: (packed, length) => gunzipSync(packed, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (packed, length) =>
    brotliDecompressSync(packed, { maxOutputLength: Math.max(1, length) }),
  ZSTD: (packed, length) => {
    const size = zstdSize(packed);
    if (size !== length) throw new Error('a page is not as long as its header says');
    return others.ZSTD?.(packed, length) ?? packed;
  },
};

/** Length that a Zstandard frame says it unpacks to (RFC 8878, 3.1.1.1); null where it does not. */
function zstdSize(frame: Uint8Array): number | null {
  if (frame.length < 6) return null;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== 0xfd2fb528) return null;
  const descriptor = frame[4];
  const single = (descriptor & 32) !== 0;
  const at = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3];
  const bytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6];
  if (bytes === 0 || at + bytes > frame.length) return null;
  if (bytes === 1) return frame[at];
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}
