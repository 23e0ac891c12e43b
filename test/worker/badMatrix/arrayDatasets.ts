import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { npyHeader, npyOf, zipOf } from '../../support/npz.js';
import { put } from '../../support/scratch.js';
import {
  asGif,
  asItIs,
  type Bad,
  bad,
  changed,
  changedIn,
  fixture,
  half,
  noPacking,
  noSizes,
  patched,
  type Row,
  tenGigabytes,
  written,
} from './cells.js';

const noNames = 'it names no other file: what belongs together is told by the names in its folder';

/** NumPy files of images and labels, of which that of the images says what it likes. */
const npy =
  (header: string, bytes = 0): Bad['make'] =>
  folder => {
    put(join(folder, 'y.npy'), npyOf(npyHeader('(12,)', "'|u1'"), Buffer.from('010101010101')));
    return put(join(folder, 'x.npy'), npyOf(header, Buffer.alloc(bytes)));
  };

const images = 'train-images-idx3-ubyte';
const idx = (change: (bytes: Buffer) => Uint8Array, file = images) =>
  changedIn('arrayDatasets/idx', file, change, images);

/** Predictions that are whole, with labels that say what they like. */
const labels =
  (header: string, bytes = 0): Bad['make'] =>
  folder => {
    put(join(folder, 'labels.npy'), npyOf(header, Buffer.alloc(bytes)));
    return put(join(folder, 'probs.npy'), npyOf(npyHeader('(12, 2)'), Buffer.alloc(96, 1)));
  };

/** An array in an archive whose name leads out of it. */
const calledAsPath = (name: string) =>
  bad(
    'an array that is called as a path',
    /^\w+\.\w+/,
    written('up.npz', () => {
      const data = npyOf(npyHeader('(3, 2)'), Buffer.alloc(24));
      return zipOf(`../../${name}`, 0, data, data.length);
    }),
  );

/** An array of two gigabytes by its header and its archive. */
const zeros = (name: string, header: string) =>
  bad(
    'npz that claims 2 GB of zeros',
    /^\w+\.\w+/,
    written('bomb.npz', () => {
      const start = Buffer.concat([npyOf(header), Buffer.alloc(8 << 20)]);
      return zipOf(name, 8, deflateRawSync(start), 2_000_000_128);
    }),
  );

/** Layouts whose samples are rows of arrays, by id. */
export const arrayDatasets: Record<string, Row> = {
  cifar: {
    truncated: [
      bad(
        'a batch',
        /^dataset\.recordSize/,
        changedIn('arrayDatasets/cifar10', 'data_batch_2.bin', b => b.subarray(0, -5), ''),
      ),
    ],
    'wrong magic': 'its records begin with their label, and with nothing that could be wrong',
    'wrong type': 'its pixels are bytes',
    'wrong shape': [
      bad('records of CIFAR-100', /^dataset\.recordSize/, folder => {
        cpSync(fixture('arrayDatasets', 'cifar100', 'train.bin'), join(folder, 'data_batch_1.bin'));
        return folder;
      }),
    ],
    'absurd sizes': noSizes,
    'path elsewhere': noNames,
    bomb: noPacking,
    '10 GB claimed': noSizes,
  },
  predictions: {
    truncated: [
      bad('labels', /^arrays\./, labels(npyHeader('(12,)', "'<i8'"), 10)),
      bad('npz', /^arrays\./, changed('arrays/stored.npz', half)),
    ],
    'wrong magic': [bad('npz', /^arrays\./, changed('arrays/stored.npz', asGif))],
    'wrong type': [
      bad('labels that are objects', /^\w+\.\w+/, labels(npyHeader('(12,)', "'|O'"), 96)),
    ],
    'wrong shape': [
      bad('more labels than rows', /^\w+\.\w+/, labels(npyHeader('(13,)', "'<i8'"), 104)),
    ],
    'absurd sizes': [bad('labels', /^\w+\.\w+/, labels(npyHeader('(9007199254740991,)', "'<i8'")))],
    'path elsewhere': [calledAsPath('labels.npy')],
    bomb: [zeros('probs.npy', npyHeader('(5000000, 100)'))],
    '10 GB claimed': [
      bad('labels', /^arrays\./, folder => {
        put(join(folder, 'labels.npy'), npyOf(npyHeader('(1250000000,)', "'<i8'")));
        return put(join(folder, 'probs.npy'), npyOf(npyHeader('(1250000000, 2)')));
      }),
    ],
  },
  numpy: {
    truncated: [
      bad('npz', /^arrays\./, changed('arrayDatasets/nhwc.npz', half)),
      bad('npy', /^arrays\./, changedIn('arrayDatasets/npy', 'x.npy', half)),
      bad(
        'labels',
        /^arrays\./,
        changedIn('arrayDatasets/npy', 'y.npy', b => b.subarray(0, 140), 'x.npy'),
      ),
    ],
    'wrong magic': [
      bad('npz', /^arrays\./, changed('arrayDatasets/nhwc.npz', asGif)),
      bad('npy', /^arrays\./, changedIn('arrayDatasets/npy', 'x.npy', asGif)),
    ],
    'wrong type': [
      bad('objects', /^(arrays|dataset)\./, npy(npyHeader('(12, 4, 4)', "'|O'"), 1536)),
      bad('complex numbers', /^(arrays|dataset)\./, npy(npyHeader('(12, 4, 4)', "'<c8'"), 1536)),
    ],
    'wrong shape': [
      bad('five axes', /^dataset\.arrayShape/, npy(npyHeader('(12, 2, 4, 4, 3)', "'|u1'"), 1152)),
      bad('five channels', /^dataset\.arrayShape/, npy(npyHeader('(12, 5, 5, 2)', "'|u1'"), 600)),
    ],
    'absurd sizes': [
      bad('rows', /^\w+\.\w+/, npy(npyHeader('(9007199254740991, 28, 28)', "'|u1'"), 100)),
      bad('one image', /^\w+\.\w+/, npy(npyHeader('(12, 94906265, 94906265)', "'|u1'"), 100)),
    ],
    'path elsewhere': [calledAsPath('x.npy')],
    bomb: [zeros('x.npy', npyHeader('(12, 14142, 14142)', "'|u1'"))],
    '10 GB claimed': [
      bad(
        'large images',
        /^dataset\.sampleTooLarge/,
        npy(npyHeader('(12, 28867, 28867)', "'|u1'"), 100),
      ),
      bad('zeros', /^\w+\.\w+/, tenGigabytes(npy(npyHeader('(12, 28867, 28867)', "'|u1'"), 100))),
    ],
  },
  idx: {
    truncated: [
      bad('images', /^arrays\./, idx(half)),
      bad('labels', /^arrays\./, idx(half, 'train-labels-idx1-ubyte')),
      bad(
        'gzipped',
        /^arrays\./,
        changedIn('arrayDatasets/emnist', 'emnist-letters-train-images-idx3-ubyte.gz', half),
      ),
    ],
    'wrong magic': [
      bad('images', /^arrays\./, idx(asGif)),
      bad('labels', /^arrays\./, idx(asGif, 'train-labels-idx1-ubyte')),
    ],
    'wrong type': [bad('a type that there is not', /^arrays\./, idx(patched(2, 0x77)))],
    'wrong shape': [bad('images of no axis', /^\w+\.\w+/, idx(patched(3, 1)))],
    'absurd sizes': [
      bad('images', /^\w+\.\w+/, idx(patched(4, 0xff, 0xff, 0xff, 0xff))),
      bad('sides', /^\w+\.\w+/, idx(patched(8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))),
    ],
    'path elsewhere': noNames,
    bomb: [
      bad(
        'gzip that goes on',
        /^arrays\./,
        changedIn(
          'arrayDatasets/idx',
          images,
          bytes => gzipSync(Buffer.concat([bytes, Buffer.alloc(64 << 20)])),
          images,
        ),
      ),
    ],
    '10 GB claimed': [
      bad('images', /^\w+\.\w+/, idx(patched(8, 0, 0, 0x70, 0, 0, 0, 0x70, 0))),
      bad(
        'gzipped',
        /^\w+\.\w+/,
        idx(bytes => gzipSync(patched(8, 0, 0, 0x70, 0, 0, 0, 0x70, 0)(bytes))),
      ),
    ],
  },
  hdf5: {
    truncated: [bad('a half', /^dataset\.hdf5/, changed('arrayDatasets/chunked.h5', half))],
    'wrong magic': [bad('a GIF', /^dataset\.hdf5/, changed('arrayDatasets/chunked.h5', asGif))],
    'wrong type': [bad('records', /^(arrays|dataset)\./, asItIs('damaged/type.h5'))],
    'wrong shape': [bad('five axes', /^dataset\.arrayShape/, asItIs('damaged/shape.h5'))],
    'absurd sizes': [bad('2^50 rows, none written', /^\w+\.\w+/, asItIs('damaged/absurd.h5'))],
    'path elsewhere': [
      bad('values in a file elsewhere', /^\w+\.\w+/, folder => {
        put(join(folder, '..', 'secret.bin'), Buffer.alloc(576, 7));
        return asItIs('damaged/outside.h5')(folder);
      }),
      bad('a link into another file', /^\w+\.\w+/, folder => {
        cpSync(fixture('damaged', 'type.h5'), join(folder, '..', 'secret.h5'));
        return asItIs('damaged/linked.h5')(folder);
      }),
    ],
    bomb: [bad('a chunk of 3 GB in 10 KB', /^\w+\.\w+/, asItIs('damaged/bomb.h5'))],
    '10 GB claimed': [
      bad('images of 1 GB, none written', /^\w+\.\w+/, asItIs('damaged/claims.h5')),
    ],
  },
};
