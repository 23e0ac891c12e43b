import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadLibrary } from '../../../src/datasets/hdf5/library.js';
import { datasetLayouts } from '../../../src/datasets/index.js';
import { npyHeader, npyOf } from '../../support/npz.js';
import { parquetOf } from '../../support/parquet.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';
import { tarOf } from '../../support/tar.js';

/** Bytes of the samples of a large dataset; a small one has a tenth. */
const large = 300e6;

const image = Buffer.alloc(100_000, 7);
const text = 'some words of a text '.repeat(20);
const pixels = 32 * 32 * 3;

/** A file of zeros behind its header, without taking room on disk. */
function zeros(path: string, header: Uint8Array, bytes: number): string {
  put(path, header);
  truncateSync(path, header.length + bytes);
  return path;
}

/** A file that is written piece by piece. */
function lines(path: string, n: number, line: (i: number) => string): string {
  put(path, '');
  const file = openSync(path, 'w');
  for (let i = 0; i < n; i += 1000)
    writeSync(file, Array.from({ length: Math.min(1000, n - i) }, (_, k) => line(i + k)).join(''));
  closeSync(file);
  return path;
}

/** A dataset of each layout with samples of so many bytes; gives its path, and the number of samples. */
const made: Record<
  string,
  (folder: string, bytes: number) => [string, number] | Promise<[string, number]>
> = {
  cifar: (folder, bytes) => {
    const n = Math.floor(bytes / 3073);
    zeros(join(folder, 'data_batch_1.bin'), Buffer.alloc(0), n * 3073);
    return [folder, n];
  },
  predictions: (folder, bytes) => {
    const n = Math.floor(bytes / 400);
    zeros(join(folder, 'labels.npy'), npyOf(npyHeader(`(${n},)`, "'|u1'")), n);
    return [zeros(join(folder, 'probs.npy'), npyOf(npyHeader(`(${n}, 100)`)), n * 400), n];
  },
  numpy: (folder, bytes) => {
    const n = Math.floor(bytes / pixels);
    zeros(join(folder, 'y.npy'), npyOf(npyHeader(`(${n},)`, "'|u1'")), n);
    const header = npyOf(npyHeader(`(${n}, 32, 32, 3)`, "'|u1'"));
    return [zeros(join(folder, 'x.npy'), header, n * pixels), n];
  },
  idx: (folder, bytes) => {
    const n = Math.floor(bytes / pixels);
    const header = (...dims: number[]) => {
      const head = Buffer.alloc(4 + 4 * dims.length);
      head.writeUInt16BE(0x0800 + dims.length, 2);
      for (const [k, dim] of dims.entries()) head.writeUInt32BE(dim, 4 + 4 * k);
      return head;
    };
    zeros(join(folder, 'train-labels-idx1-ubyte'), header(n), n);
    const whole = Buffer.concat([header(n, 32, 32, 3), Buffer.alloc(n * pixels)]);
    return [put(join(folder, 'train-images-idx4-ubyte.gz'), gzipSync(whole, { level: 1 })), n];
  },
  hdf5: async (folder, bytes) => {
    const n = Math.floor(bytes / pixels);
    const path = join(folder, 'all.h5');
    const { File } = await loadLibrary();
    mkdirSync(folder, { recursive: true });
    const file = new File(path, 'w');
    file.create_dataset({
      ...{ name: 'images', data: new Uint8Array(n * pixels), shape: [n, 32, 32, 3], dtype: '<B' },
      ...{ chunks: [64, 32, 32, 3], compression: 'gzip', compression_opts: 1 },
    });
    file.create_dataset({ name: 'labels', data: new Uint8Array(n), shape: [n], dtype: '<B' });
    file.close();
    return [path, n];
  },
  parquet: (folder, bytes) => {
    const rows = Math.floor(1e6 / text.length);
    const shards = Math.floor(bytes / 1e6);
    const all = parquetOf(
      Array.from({ length: rows }, (_, i) => `${text}${i}`),
      Array.from({ length: rows }, (_, i) => `class ${i % 3}`),
    );
    for (let k = 0; k < shards; k++)
      put(join(folder, `${String(k).padStart(5, '0')}.parquet`), all);
    return [folder, rows * shards];
  },
  webDataset: (folder, bytes) => {
    const n = Math.floor(bytes / image.length);
    const shard = 10;
    for (let k = 0; k < n; k += shard) {
      const samples = Array.from({ length: Math.min(shard, n - k) }, (_, i) => k + i);
      const files = samples.flatMap(i => [
        [`${i}.jpg`, image] as const,
        [`${i}.cls`, Buffer.from(String(i % 3))] as const,
      ]);
      put(join(folder, `${String(k).padStart(6, '0')}.tar`), tarOf(files));
    }
    return [folder, n];
  },
  table: (folder, bytes) => {
    const n = Math.floor(bytes / text.length);
    const row = (i: number) => `${i === 0 ? 'text,label\n' : ''}"${text}${i}",class ${i % 3}\n`;
    return [lines(join(folder, 'all.csv'), n, row), n];
  },
  imageFolder: (folder, bytes) => {
    const n = Math.floor(bytes / image.length);
    for (let i = 0; i < n; i++) put(join(folder, i % 2 ? 'cat' : 'dog', `${i}.jpg`), image);
    return [folder, n];
  },
};

/** The most memory that reading a dataset takes, bytes, in a process of its own. */
function memoryOf(path: string, n: number): number {
  const given = ['--import=tsx', join(root, 'test', 'support', 'readAll.ts'), path];
  const out = execFileSync(process.execPath, given, { cwd: root, encoding: 'utf8' });
  const [size, bytes] = JSON.parse(out);
  assert.equal(size, n);
  return bytes;
}

describe('the memory that a dataset takes', function () {
  this.timeout(120_000);

  it('is known of each layout', () => {
    assert.deepEqual(Object.keys(made).sort(), datasetLayouts.map(l => l.id).sort());
  });

  for (const [layout, make] of Object.entries(made))
    it(`${layout}: does not grow with its samples`, async () => {
      const memory: number[] = [];
      for (const bytes of [large / 10, large]) {
        const folder = join(scratch(`memory-${layout}`), 'data');
        memory.push(memoryOf(...(await make(folder, bytes))));
      }
      const [small, whole] = memory;
      const said = memory.map(bytes => `${(bytes / 1e6).toFixed(0)} MB`).join(' against ');
      // What is held of a sample is its label and its place. Caches fill, and what is to be collected lies about: up to 130 MB were seen,
      // and from there to four times as many samples 20 bytes for each.
      assert.ok(whole - small < 0.75 * large, said);
    });
});
