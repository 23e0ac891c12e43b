/**
 * CPU time of samples from datasets of arrays: read one by one as a run does, and made into tensors, beside what the bare format costs:
 * reading the same bytes record by record, or, where they are packed, unpacking the file as a stream and cutting it into records; both
 * alone, and with the same preprocessing behind them.
 * `npx tsx bench/layouts.ts`
 */
import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, createGunzip, createInflateRaw, deflateRawSync, gzipSync } from 'node:zlib';
import { pixelsOf } from '../src/datasets/arrays/pixels.js';
import { loadLibrary } from '../src/datasets/hdf5/library.js';
import { openDataset } from '../src/datasets/open.js';
import { decodeBatch } from '../src/pipeline/decode.js';
import { contentHash } from '../src/predictions/index.js';
import { cpuSeconds } from './cpu.js';
import { imageNet, Preparing, prepared } from './preparing.js';

const count = 20_000;
const side = 32;
const record = side * side * 3;

const plan = imageNet(side);

/** What becomes of a record; to be waited for where it gives back a promise. */
type Take = (record: Uint8Array) => Promise<void> | undefined;

interface Layout {
  name: string;
  path: string;
  /** What the format costs without us: all records once, handed to `take`. */
  bare(take?: Take): Promise<unknown>;
}

/** Waves with some noise, so that packing has something to do. */
function pixels(): Buffer {
  const out = Buffer.alloc(count * record);
  let state = 1;
  for (let i = 0; i < out.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    out[i] = 128 + 90 * Math.sin(i / 40) + 8 * (state / 2 ** 32);
  }
  return out;
}

function npy(shape: string, descr: string, data: Buffer): Buffer {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const start = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header.padEnd(117)}\n`, 'latin1');
  return Buffer.concat([start, data]);
}

function zip(members: [name: string, data: Buffer][], packed: boolean): Buffer {
  const parts: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [name, data] of members) {
    const stored = packed ? deflateRawSync(data, { level: 6 }) : data;
    const local = Buffer.alloc(30);
    local.write('PK\x03\x04', 'latin1');
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt16LE(packed ? 8 : 0, 10);
    entry.writeUInt32LE(crc32(data), 16);
    entry.writeUInt32LE(stored.length, 20);
    entry.writeUInt32LE(data.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(local, Buffer.from(name), stored);
    entries.push(entry, Buffer.from(name));
    at += 30 + name.length + stored.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}

/** Every record by a read of its own. */
async function eachRecord(path: string, start: number, step: number, take?: Take): Promise<void> {
  const file = await open(path);
  for (let i = 0; i < count; i++) {
    const bytes = Buffer.allocUnsafe(record);
    await file.read(bytes, 0, record, start + i * step);
    const done = take?.(bytes);
    if (done) await done;
  }
  await file.close();
}

/** Every record of a stream of packed bytes, as an array of its own. */
async function eachUnpacked(
  stream: AsyncIterable<Buffer>,
  start: number,
  take?: Take,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let skip = start;
  let records = 0;
  for await (const piece of stream) {
    let bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    const skipped = Math.min(skip, bytes.length);
    bytes = bytes.subarray(skipped);
    skip -= skipped;
    let at = 0;
    for (; at + record <= bytes.length; at += record) {
      const own: Uint8Array = Uint8Array.prototype.slice.call(bytes, at, at + record);
      const done = take?.(own);
      if (done) await done;
      records++;
    }
    rest = bytes.subarray(at);
  }
  if (records !== count) throw new Error(`${records} records`);
}

async function make(folder: string): Promise<Layout[]> {
  const data = pixels();
  const labels = Buffer.from(Array.from({ length: count }, (_, i) => i % 10));
  const x = npy(`(${count}, ${side}, ${side}, 3)`, '|u1', data);
  const y = npy(`(${count},)`, '|u1', labels);
  const put = (name: string, bytes: Buffer) => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, bytes);
    return path;
  };
  put('npy/y.npy', y);
  const big = (...dims: number[]) => {
    const head = Buffer.alloc(4 + 4 * dims.length);
    head.writeUInt16BE(0x0800 + dims.length, 2);
    for (const [k, dim] of dims.entries()) head.writeUInt32BE(dim, 4 + 4 * k);
    return head;
  };
  const idxImages = Buffer.concat([big(count, side, side, 3), data]);
  const idxLabels = Buffer.concat([big(count), labels]);
  put('idx/train-labels-idx1-ubyte', idxLabels);
  put('gz/train-labels-idx1-ubyte.gz', gzipSync(idxLabels));
  const batch = Buffer.alloc(count * (record + 1));
  for (let i = 0; i < count; i++) {
    batch[i * (record + 1)] = labels[i];
    data.copy(batch, i * (record + 1) + 1, i * record, (i + 1) * record);
  }
  const cifar = put('cifar/data_batch_1.bin', batch);
  const h5wasm = await loadLibrary();
  const h5 = join(folder, 'data.h5');
  const file = new h5wasm.File(h5, 'w');
  file.create_dataset({
    ...{ name: 'images', data, shape: [count, side, side, 3], dtype: '<B' },
    ...{ chunks: [64, side, side, 3], compression: 'gzip', compression_opts: 4 },
  });
  file.create_dataset({
    name: 'labels',
    data: new Uint8Array(labels),
    shape: [count],
    dtype: '<B',
  });
  file.close();
  const packed = put(
    'packed.npz',
    zip(
      [
        ['x.npy', x],
        ['y.npy', y],
      ],
      true,
    ),
  );
  const member = deflateRawSync(x, { level: 6 }).length;
  const gz = put('gz/train-images-idx4-ubyte.gz', gzipSync(idxImages));
  return [
    ...[put('npy/x.npy', x)].map(path => ({
      name: 'NumPy .npy',
      path,
      bare: (take?: Take) => eachRecord(path, 128, record, take),
    })),
    ...[
      put(
        'stored.npz',
        zip(
          [
            ['x.npy', x],
            ['y.npy', y],
          ],
          false,
        ),
      ),
    ].map(path => ({
      name: 'NumPy .npz, stored',
      path,
      bare: (take?: Take) => eachRecord(path, 163, record, take),
    })),
    {
      name: 'NumPy .npz, deflated',
      path: packed,
      // The first member: after its header and its name, up to the second one.
      bare: (take?: Take) => {
        const end = 35 + member - 1;
        const from = createReadStream(packed, { start: 35, end, highWaterMark: 1 << 18 });
        return eachUnpacked(from.pipe(createInflateRaw({ chunkSize: 1 << 18 })), 128, take);
      },
    },
    ...[put('idx/train-images-idx4-ubyte', idxImages)].map(path => ({
      name: 'IDX',
      path,
      bare: (take?: Take) => eachRecord(path, 20, record, take),
    })),
    {
      name: 'IDX, gzipped',
      path: gz,
      bare: (take?: Take) =>
        eachUnpacked(
          createReadStream(gz, { highWaterMark: 1 << 18 }).pipe(
            createGunzip({ chunkSize: 1 << 18 }),
          ),
          20,
          take,
        ),
    },
    {
      name: 'CIFAR binary',
      path: join(cifar, '..'),
      bare: (take?: Take) => eachRecord(cifar, 1, record + 1, take),
    },
    {
      name: 'HDF5, gzip, chunks of 64',
      path: h5,
      bare: async (take?: Take) => {
        const read = new h5wasm.File(h5, 'r');
        const images = read.get('images') as import('h5wasm/node').Dataset;
        for (let i = 0; i < count; i += 64) {
          const n = Math.min(64, count - i);
          const block = images.slice([[i, i + n], [], [], []]) as Uint8Array;
          for (let k = 0; take && k < n; k++)
            await take(block.subarray(k * record, (k + 1) * record));
        }
        read.close();
      },
    },
  ];
}

async function readAll(path: string): Promise<void> {
  const dataset = await openDataset(path);
  for (let i = 0; i < count; i += 8)
    await Promise.all(
      Array.from({ length: Math.min(8, count - i) }, (_, k) => dataset.read(i + k)),
    );
  await dataset.close?.();
}

/** All records of the bare format as tensors, by the same preprocessing as ours. */
async function bareTensors({ name, bare }: Layout): Promise<void> {
  const preparing = new Preparing(plan);
  const shape = {
    height: side,
    width: side,
    channels: 3,
    planes: name.startsWith('CIFAR'),
  } as const;
  await bare(bytes => preparing.take(pixelsOf(bytes, shape, [0, 255], name)));
  await preparing.done(count);
}

/** All that a run does up to the network. */
async function tensors(path: string): Promise<void> {
  const dataset = await openDataset(path);
  const step = 128;
  for (let i = 0; i < count; i += step) {
    const rows = Int32Array.from({ length: Math.min(step, count - i) }, (_, k) => i + k);
    // The hash that a run knows already is checked against what is read.
    const hashes = await Promise.all(
      Array.from(rows, async row => contentHash(await dataset.read(row))),
    );
    const { calls, failed } = await decodeBatch(dataset, plan, rows, hashes);
    if (failed.length > 0 || calls[0]?.inputs.length !== 1)
      throw new Error(failed[0]?.notice.message);
  }
  await dataset.close?.();
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'layouts-'));
  try {
    const layouts = await make(folder);
    console.log(`${count} images of ${side} x ${side} in colour, median of 5 rounds, CPU seconds`);
    console.log(
      '| layout | bare format | read one by one | bare / ours | µs an image | bare, made tensors | read, made tensors | bare / ours | read twice, hashed and made tensors |',
    );
    console.log('|---|---|---|---|---|---|---|---|---|');
    for (const layout of layouts) {
      const { name, path, bare } = layout;
      const [base, read, baseTensors, readTensors, whole] = await cpuSeconds([
        () => bare(),
        () => readAll(path),
        () => bareTensors(layout),
        () => prepared(path, count, plan),
        () => tensors(path),
      ]);
      const cells = [
        ...[base, read, base / read].map(x => x.toFixed(2)),
        ((1e6 * read) / count).toFixed(1),
        ...[baseTensors, readTensors, baseTensors / readTensors, whole].map(x => x.toFixed(2)),
      ];
      console.log(`| ${name} | ${cells.join(' | ')} |`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
