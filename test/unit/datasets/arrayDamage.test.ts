import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openDataset } from '../../../src/datasets/open.js';
import { discover } from '../../../src/discovery/index.js';
import { noOptions } from '../../../src/protocol/datasetOptions.js';
import { TransferLensError } from '../../../src/protocol/notice.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const fixtures = join(root, 'test', 'fixtures', 'arrayDatasets');

/** Opens a dataset and reads all of it; gives what went wrong, which names a file and a cure. */
async function problemOf(path: string, options = noOptions): Promise<string> {
  try {
    const dataset = await openDataset(path, options);
    try {
      for (let i = 0; i < Math.min(dataset.size, 50); i++) await dataset.read(i);
    } finally {
      await dataset.close?.();
    }
  } catch (error) {
    assert.ok(error instanceof TransferLensError, `${path}: ${String(error)}`);
    assert.ok(error.message.includes(dirname(path)), error.message);
    return error.notice.code;
  }
  return 'none';
}

/** A copy of a fixture's folder, with one of its files changed. */
function changed(folder: string, file: string, change: (bytes: Buffer) => Uint8Array): string {
  const at = scratch('changed');
  cpSync(join(fixtures, folder), at, { recursive: true });
  writeFileSync(join(at, file), change(readFileSync(join(at, file))));
  return join(at, file);
}

describe('damaged datasets of arrays', function () {
  this.timeout(60_000);

  for (const [name, folder, file] of [
    ['npz', '', 'nhwc.npz'],
    ['npy', 'npy', 'x.npy'],
    ['IDX', 'idx', 'train-images-idx3-ubyte'],
    ['gzipped IDX', 'emnist', 'emnist-letters-train-images-idx3-ubyte.gz'],
    ['HDF5', '', 'chunked.h5'],
  ])
    it(`${name}: cut anywhere, or with another beginning, it is refused`, async () => {
      const whole = readFileSync(join(fixtures, folder, file)).length;
      for (let k = 0; k < 12; k++) {
        const size = Math.floor((whole * k) / 12);
        const code = await problemOf(changed(folder, file, bytes => bytes.subarray(0, size)));
        assert.match(code, /^(arrays|dataset|predictions)\.(?!unknown)/, `${size} of ${whole}`);
      }
      const other = changed(folder, file, bytes =>
        Buffer.concat([Buffer.from('GIF8'), bytes.subarray(4)]),
      );
      assert.notEqual(await problemOf(other), 'none');
    });

  it('IDX: more images than labels, absurd sizes, and no labels at all', async () => {
    const file = 'train-labels-idx1-ubyte';
    const fewer = (bytes: Buffer) => {
      const cut = Buffer.from(bytes.subarray(0, -1));
      cut.writeUInt32BE(7, 4);
      return cut;
    };
    const images = (path: string) => join(dirname(path), 'train-images-idx3-ubyte');
    assert.equal(await problemOf(images(changed('idx', file, fewer))), 'predictions.rows');
    const before = process.memoryUsage().rss;
    const absurd = (bytes: Buffer) => {
      bytes.writeUInt32BE(4_000_000_000, 4);
      return bytes;
    };
    assert.notEqual(await problemOf(images(changed('idx', file, absurd))), 'none');
    const packed = (bytes: Buffer) => gzipSync(absurd(Buffer.from(bytes)));
    assert.notEqual(await problemOf(images(changed('idx', file, packed))), 'none');
    assert.ok(process.memoryUsage().rss - before < 200e6);
    const alone = put(
      join(scratch('alone'), 'train-images-idx3-ubyte'),
      readFileSync(join(fixtures, 'idx', 'train-images-idx3-ubyte')),
    );
    assert.equal(await problemOf(alone), 'dataset.noIdxLabels');
  });

  it('gzip that goes on for ever is not unpacked further than its header says', async () => {
    const bomb = (bytes: Buffer) => gzipSync(Buffer.concat([bytes, Buffer.alloc(64 << 20)]));
    const path = changed('emnist', 'emnist-letters-train-images-idx3-ubyte.gz', () =>
      bomb(readFileSync(join(fixtures, 'idx', 'train-images-idx3-ubyte'))),
    );
    assert.notEqual(await problemOf(path), 'none');
  });

  it('CIFAR: a file that is no whole number of records', async () => {
    const path = changed('cifar10', 'data_batch_2.bin', bytes => bytes.subarray(0, -5));
    assert.equal(await problemOf(dirname(path)), 'dataset.recordSize');
  });

  it('HDF5: with bytes changed, nothing breaks', async () => {
    const whole = readFileSync(join(fixtures, 'chunked.h5'));
    const at = scratch('h5');
    for (let k = 8; k < whole.length; k += 97) {
      const bytes = Buffer.from(whole);
      bytes[k] ^= 0xff;
      const path = put(join(at, 'changed.h5'), bytes);
      assert.match(await problemOf(path), /^(none|dataset\.\w+|arrays\.\w+|predictions\.\w+)$/);
    }
  });

  it('HDF5: discovery passes over a file whose headers are damaged', async () => {
    const at = scratch('h5-names');
    for (const name of ['groups.h5', 'nested.hdf5']) {
      const whole = readFileSync(join(fixtures, name));
      for (let k = 8; k < Math.min(whole.length, 4096); k += 7) {
        const bytes = Buffer.from(whole);
        bytes[k] ^= 0xff;
        const path = put(join(at, name), bytes);
        const { datasets } = await discover(path, { exclude: [] });
        assert.ok(datasets.length <= 1);
      }
    }
  });

  it('HDF5: a chunk that cannot be unpacked is refused, not taken for noise', async () => {
    const bytes = readFileSync(join(fixtures, 'chunked.h5'));
    // zlib's header at its lowest and its default level, as h5py writes chunks.
    const chunk = [0x5e, 0x9c, 0x01, 0xda]
      .map(level => bytes.indexOf(Buffer.from([0x78, level])))
      .find(at => at > 0);
    assert.ok(chunk);
    bytes.fill(0xff, chunk + 2, chunk + 40);
    const path = put(join(scratch('h5'), 'chunk.h5'), bytes);
    assert.equal(await problemOf(path), 'dataset.hdf5');
  });

  it('arrays that are no images, or no dataset: the message says what is there', async () => {
    const at = scratch('shapes');
    const npy = (name: string, shape: string, bytes: number, descr = '<f4') => {
      const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
      const start = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header.padEnd(117)}\n`, 'latin1');
      return put(join(at, name), Buffer.concat([start, Buffer.alloc(bytes)]));
    };
    npy('y.npy', '(4,)', 32, '<i8');
    for (const shape of ['(4, 2, 2, 5)', '(4, 2, 2, 2, 2)'])
      assert.equal(await problemOf(npy('x.npy', shape, 4 * 32 * 4)), 'dataset.arrayShape');
    assert.equal(await problemOf(npy('x.npy', '(0, 2, 2)', 0)), 'dataset.noLabelledArrays');
    npy('y.npy', '(0,)', 0, '<i8');
    assert.equal(await problemOf(join(at, 'x.npy')), 'dataset.noRows');
    const path = join(fixtures, 'nhwc.npz');
    const options = { ...noOptions, columns: { label: 'klass' } };
    assert.equal(await problemOf(path, options), 'dataset.noArray');
  });

  it('images that were normalised already are refused, with the range that would be theirs', async () => {
    const at = scratch('normalised');
    const values = Float32Array.from({ length: 4 * 9 }, (_, i) => (i % 9) * 0.6 - 2.1);
    const header = (shape: string, descr: string) =>
      Buffer.from(
        `\x93NUMPY\x01\x00\x76\x00${`{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117)}\n`,
        'latin1',
      );
    put(join(at, 'y.npy'), Buffer.concat([header('(4,)', '|u1'), Buffer.from([0, 1, 0, 1])]));
    const x = put(
      join(at, 'x.npy'),
      Buffer.concat([header('(4, 3, 3)', '<f4'), Buffer.from(values.buffer)]),
    );
    assert.equal(await problemOf(x), 'dataset.notPixels');
    assert.equal(basename(x), 'x.npy');
    assert.equal(await problemOf(x, { ...noOptions, pixelRange: [-2.2, 2.8] }), 'none');
  });
});
