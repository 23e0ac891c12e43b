import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';

/** A numpy array: its shape and values, row-major. Integers of 64 bits and booleans come as float64. */
export interface NpyArray {
  shape: number[];
  data: Float32Array | Float64Array;
}

/** Reads a `.npz` file as `np.savez` writes it: the arrays by name. */
export function readNpz(path: string): Record<string, NpyArray> {
  const zip = readFileSync(path);
  const arrays: Record<string, NpyArray> = {};
  // The central directory: its place is in the last 22 bytes, as numpy writes no comment.
  let at = zip.readUInt32LE(zip.length - 6);
  for (let left = zip.readUInt16LE(zip.length - 12); left > 0; left--) {
    const method = zip.readUInt16LE(at + 10);
    const size = zip.readUInt32LE(at + 20);
    const [nameLength, extra, comment] = [28, 30, 32].map(offset => zip.readUInt16LE(at + offset));
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(start, start + size);
    arrays[name.replace(/\.npy$/, '')] = readNpy(method === 8 ? inflateRawSync(bytes) : bytes);
    at += 46 + nameLength + extra + comment;
  }
  return arrays;
}

function readNpy(bytes: Buffer): NpyArray {
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1].match(/\d+/g) ?? []).map(Number);
  const kind = /'descr': '([^']*)'/.exec(header)?.[1];
  const values = new Uint8Array(bytes.subarray(start)).buffer;
  if (kind === '<f4') return { shape, data: new Float32Array(values) };
  if (kind === '<f8') return { shape, data: new Float64Array(values) };
  if (kind === '<i8') return { shape, data: Float64Array.from(new BigInt64Array(values), Number) };
  if (kind === '|b1') return { shape, data: Float64Array.from(new Uint8Array(values)) };
  throw new Error(`no reader for numpy type ${kind}`);
}

/** The header of a NumPy file: `shape` as a tuple of Python, `descr` with its quotes. */
export function npyHeader(shape: string, descr = "'<f4'"): string {
  return `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
}

/** A NumPy file whose header says what it likes of its data. */
export function npyOf(header: string, data: Uint8Array = new Uint8Array()): Buffer {
  const start = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header.padEnd(117)}\n`, 'latin1');
  return Buffer.concat([start, data]);
}

/** A zip archive with one member, whose directory says what it likes: method 0 is stored, 8 deflated. */
export function zipOf(name: string, method: number, packed: Buffer, size: number, crc = 0): Buffer {
  const local = Buffer.alloc(30);
  local.write('PK\x03\x04', 'latin1');
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.write('PK\x01\x02', 'latin1');
  entry.writeUInt16LE(method, 10);
  entry.writeUInt32LE(crc, 16);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(size, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end]);
}

/** A NumPy archive of twelve images with their labels, and other arrays, of which no name says which is which. */
export function openNames(): Uint8Array {
  const arrays = {
    images_a: npyOf(
      npyHeader('(12, 8, 8)', "'|u1'"),
      Uint8Array.from({ length: 768 }, (_, i) => (7 * i + (i >> 6) ** 3) % 256),
    ),
    target_ids: npyOf(
      npyHeader('(12,)', "'|u1'"),
      Uint8Array.from({ length: 12 }, (_, i) => i % 2),
    ),
    zs: npyOf(npyHeader('(12, 5)'), new Uint8Array(new Float32Array(60).fill(0.5).buffer)),
    of_another: npyOf(npyHeader('(7, 3)'), new Uint8Array(84)),
  };
  return zipSync(
    Object.fromEntries(Object.entries(arrays).map(([name, npy]) => [`${name}.npy`, npy])),
    { level: 0 },
  );
}
