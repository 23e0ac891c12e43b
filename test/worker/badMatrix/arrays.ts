import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { npyHeader, npyOf, zipOf } from '../../support/npz.js';
import { parquetOf } from '../../support/parquet.js';
import { put } from '../../support/scratch.js';
import { asGif, asItIs, bad, changed, half, patched, type Row, safetensors } from './cells.js';

const written = (name: string, bytes: () => Uint8Array) => (folder: string) =>
  put(join(folder, name), bytes());
const texts = ['a', 'b', 'c'];

/** Files of predictions: as models, and as datasets of their own rows. `labels` is what only a dataset has to look at. */
export const predictionFiles: Row = {
  truncated: [
    bad('npz', /^(arrays|predictions|model)\./, changed('arrays/stored.npz', half)),
    bad('deflated npz', /^(arrays|predictions|model)\./, changed('arrays/deflated.npz', half)),
    bad('npy', /^(arrays|predictions|model)\./, changed('arrays/npy/net_probs.npy', half)),
    bad('safetensors', /^(arrays|predictions|model)\./, changed('arrays/some.safetensors', half)),
    bad('Parquet', /^(arrays|predictions|model)\./, changed('arrays/snappy.parquet', half)),
    bad('Arrow', /^(arrays|predictions|model)\./, changed('arrays/lz4.feather', half)),
  ],
  'wrong magic': [
    bad('npz', /^(arrays|predictions|model)\./, changed('arrays/stored.npz', asGif)),
    bad('npy', /^(arrays|predictions|model)\./, changed('arrays/npy/net_probs.npy', asGif)),
    bad(
      'Parquet',
      /^(arrays|predictions|model)\./,
      changed('arrays/snappy.parquet', patched(-1, 0)),
    ),
    bad('Arrow', /^(arrays|predictions|model)\./, changed('arrays/lz4.feather', asGif)),
  ],
  'wrong type': [
    bad(
      'npy of objects',
      /^(arrays|predictions|model)\./,
      written('net_probs.npy', () => npyOf(npyHeader('(12, 5)', "'|O'"), Buffer.alloc(480))),
    ),
    bad('Arrow of structs', /^(predictions|arrays)\./, asItIs('damaged/type.feather')),
  ],
  'wrong shape': [
    bad(
      'npy of three axes',
      /^predictions\./,
      written('net_probs.npy', () => npyOf(npyHeader('(4, 3, 2)'), Buffer.alloc(96))),
    ),
  ],
  'absurd sizes': [
    bad(
      'npy',
      /^(arrays|predictions|model)\./,
      written('net_probs.npy', () => npyOf(npyHeader('(9007199254740991, 1000)'))),
    ),
    bad(
      'safetensors, a header of 2^60 bytes',
      /^(arrays|predictions|model)\./,
      written('net.safetensors', () => safetensors({ probs: {} }, 2n ** 60n)),
    ),
    bad(
      'Parquet, 10^12 rows',
      /^(arrays|predictions|model)\./,
      written('net.parquet', () => parquetOf(texts, texts, { rows: 10n ** 12n })),
    ),
  ],
  'path elsewhere': [
    bad(
      'npz whose array is called as a path',
      /^(predictions|model)\./,
      written('up.npz', () => {
        const data = npyOf(npyHeader('(3, 2)'), Buffer.alloc(24));
        return zipOf('../../probs_.npy', 0, data, data.length);
      }),
    ),
  ],
  bomb: [
    bad(
      'npz that claims 2 GB of zeros',
      /^(arrays|predictions|model)\./,
      written('bomb.npz', () => {
        const zeros = Buffer.concat([npyOf(npyHeader('(5000000, 100)')), Buffer.alloc(8 << 20)]);
        return zipOf('probs.npy', 8, deflateRawSync(zeros), 2_000_000_128);
      }),
    ),
    bad(
      'npz that grows beyond its directory',
      /^(arrays|predictions|model)\./,
      written('grows.npz', () => {
        const zeros = Buffer.concat([npyOf(npyHeader('(10, 100)')), Buffer.alloc(20 << 20)]);
        return zipOf('probs.npy', 8, deflateRawSync(zeros), 4128);
      }),
    ),
  ],
  '10 GB claimed': [
    bad(
      'npy',
      /^(arrays|predictions|model)\./,
      written('net_probs.npy', () => npyOf(npyHeader('(25000000, 100)'))),
    ),
    bad(
      'safetensors',
      /^(arrays|predictions|model)\./,
      written('net.safetensors', () =>
        safetensors({ probs: { dtype: 'F32', shape: [25e6, 100], data_offsets: [0, 1e10] } }),
      ),
    ),
  ],
};
