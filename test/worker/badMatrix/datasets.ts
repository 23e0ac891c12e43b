import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { npyHeader, npyOf, zipOf } from '../../support/npz.js';
import { parquetOf } from '../../support/parquet.js';
import { put } from '../../support/scratch.js';
import { tarHeader, tarOf } from '../../support/tar.js';
import {
  asGif,
  asItIs,
  type Bad,
  bad,
  changed,
  changedIn,
  fixture,
  half,
  patched,
  type Row,
  same,
  tenGigabytes,
} from './cells.js';

const noNames = 'it names no other file: what belongs together is told by the names in its folder';
const noPacking = 'nothing in it is packed';
const noSizes = 'it states no sizes: what it holds is its length';
const anyImage = 'an image is read whatever its depth and its colours are';

const written =
  (name: string, bytes: () => string | Uint8Array): Bad['make'] =>
  folder =>
    put(join(folder, name), bytes());

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

const texts = ['one text', 'another text', 'a third'];
const classes = ['a', 'b', 'a'];
const parquet = (claims: Parameters<typeof parquetOf>[2]) =>
  written('all.parquet', () => parquetOf(texts, classes, claims));

/** A tar archive of images with their classes. */
const png = fixture('tables', 'imagefolder', 'test', '0.png');
const tar = (make: (sound: Buffer, image: Buffer) => Uint8Array, file = 'all.tar') =>
  changed(
    'tables/imagefolder/test/0.png',
    image => make(tarOf(labelled(['0', '1', '2', '3'], image)), image),
    file,
  );
const labelled = (names: readonly string[], image: Uint8Array) =>
  names.flatMap((name, k) => [
    [`${name}.png`, image] as const,
    [`${name}.cls`, Buffer.from(k % 2 ? 'a' : 'b')] as const,
  ]);

/** An image folder one file of which is damaged. */
const folderWith =
  (file: string, bytes: () => Uint8Array): Bad['make'] =>
  folder => {
    for (const name of ['cat/0', 'cat/1', 'cat/2', 'dog/0', 'dog/1', 'dog/2'])
      cpSync(png, join(folder, `${name}.png`), { recursive: true });
    put(join(folder, 'dog', file), bytes());
    return folder;
  };

/** A PNG image of one bit a pixel that says how large it is. */
function pngOf(width: number, height: number, data: Uint8Array = Buffer.alloc(100)): Buffer {
  const chunk = (type: string, bytes: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), bytes]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(bytes.length);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(data)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Every layout of datasets, by its id. */
export const datasets: Record<string, Row> = {
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
    'path elsewhere': [
      bad(
        'an array that is called as a path',
        /^\w+\.\w+/,
        written('up.npz', () => {
          const data = npyOf(npyHeader('(3, 2)'), Buffer.alloc(24));
          return zipOf('../../labels.npy', 0, data, data.length);
        }),
      ),
    ],
    bomb: [
      bad(
        'npz that claims 2 GB of zeros',
        /^\w+\.\w+/,
        written('bomb.npz', () => {
          const zeros = Buffer.concat([npyOf(npyHeader('(5000000, 100)')), Buffer.alloc(8 << 20)]);
          return zipOf('probs.npy', 8, deflateRawSync(zeros), 2_000_000_128);
        }),
      ),
    ],
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
    'path elsewhere': [
      bad(
        'an array that is called as a path',
        /^\w+\.\w+/,
        written('up.npz', () => {
          const data = npyOf(npyHeader('(3, 2)'), Buffer.alloc(24));
          return zipOf('../../x.npy', 0, data, data.length);
        }),
      ),
    ],
    bomb: [
      bad(
        'npz that claims 2 GB of zeros',
        /^\w+\.\w+/,
        written('bomb.npz', () => {
          const zeros = Buffer.concat([
            npyOf(npyHeader('(12, 14142, 14142)', "'|u1'")),
            Buffer.alloc(8 << 20),
          ]);
          return zipOf('x.npy', 8, deflateRawSync(zeros), 2_000_000_128);
        }),
      ),
    ],
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
  parquet: {
    truncated: [
      bad('a half', /^dataset\.notParquet/, changed('tables/parquet/texts-gzip.parquet', half)),
    ],
    'wrong magic': [
      bad('a GIF', /^dataset\.notParquet/, changed('tables/parquet/texts-gzip.parquet', asGif)),
    ],
    'wrong type': [bad('texts that are called numbers', /^dataset\./, parquet({ type: 1 }))],
    'wrong shape': [
      bad('shards of other columns', /^dataset\.otherColumns/, folder => {
        cpSync(fixture('tables', 'hub-images', 'data'), folder, { recursive: true });
        put(join(folder, 'train-00001-of-00002.parquet'), parquetOf(texts, classes));
        return folder;
      }),
    ],
    'absurd sizes': [
      bad('10^12 rows', /^dataset\.notParquet/, parquet({ rows: 10n ** 12n })),
      bad('a position of 10^15', /^dataset\.notParquet/, parquet({ offset: 10n ** 15n })),
      bad(
        'a footer of 4 GB',
        /^dataset\.notParquet/,
        changed('tables/parquet/texts-gzip.parquet', patched(-8, 0xff, 0xff, 0xff, 0xff)),
      ),
    ],
    'path elsewhere': [
      bad('images above it', /^dataset\.noRecords/, folder => {
        for (const k of [0, 1, 2]) cpSync(png, join(folder, '..', `${k}.png`));
        const paths = ['../0.png', join(folder, '..', '1.png'), 'a/../../2.png'];
        return put(join(folder, 'all.parquet'), parquetOf(paths, classes));
      }),
    ],
    bomb: [
      bad(
        'gzip of 100 MB',
        /^dataset\.notParquet/,
        parquet({ codec: 2, page: gzipSync(Buffer.alloc(100 << 20)), unpacked: 40 }),
      ),
      bad(
        'zstd that says nothing of its size',
        /^dataset\.notParquet/,
        parquet({ codec: 6, page: Buffer.from('28b52ffd0058010000', 'hex'), unpacked: 40 }),
      ),
    ],
    '10 GB claimed': [
      // As much as a page's header can say.
      bad('a page of 2 GB', /^dataset\.notParquet/, parquet({ unpacked: 2 ** 31 - 1 })),
      bad(
        'zeros',
        /^dataset\.notParquet/,
        tenGigabytes(changed('tables/parquet/texts-gzip.parquet', same)),
      ),
    ],
  },
  webDataset: {
    truncated: [
      bad(
        'within an image',
        /^dataset\.notTar/,
        tar(sound => sound.subarray(0, 700)),
      ),
    ],
    'wrong magic': [bad('a GIF', /^dataset\.notTar/, tar(asGif))],
    'wrong type': [
      bad(
        'gzipped as a whole',
        /^dataset\.tarPacked/,
        tar(sound => gzipSync(sound)),
      ),
      bad(
        'a JSON that is none',
        /^dataset\.\w+/,
        tar((_, image) =>
          tarOf(
            [0, 1].flatMap(
              k =>
                [
                  [`${k}.png`, image],
                  [`${k}.json`, Buffer.from('{"label')],
                ] as const,
            ),
          ),
        ),
      ),
    ],
    'wrong shape': [
      bad(
        'no samples',
        /^dataset\.noSamples/,
        tar((_, image) => tarOf([['README', image]])),
      ),
    ],
    'absurd sizes': [
      bad(
        'a name of 1 GB',
        /^dataset\.notTar/,
        tar(sound => Buffer.concat([tarHeader('long', 1 << 30, 'L'), sound])),
      ),
    ],
    'path elsewhere': [
      bad(
        'names that lead elsewhere',
        'harmless',
        tar((_, image) => tarOf(labelled(['../../up', '/absolute', 'c', 'd'], image))),
      ),
      bad(
        'links',
        'harmless',
        tar(sound => Buffer.concat([tarHeader('../../0.png', 0, '2'), sound])),
      ),
    ],
    bomb: 'an archive that is packed as a whole is refused unread: see its wrong type',
    '10 GB claimed': [
      bad(
        'an image',
        /^dataset\.notTar/,
        tar(sound =>
          Buffer.concat([
            // The most that octal digits can say.
            tarHeader('0.png', 8 ** 11 - 1),
            sound,
          ]),
        ),
      ),
    ],
  },
  table: {
    truncated: [
      bad(
        'JSON Lines',
        /^dataset\.notJsonLines/,
        changed('tables/tables/pandas.jsonl', bytes => bytes.subarray(0, -20)),
      ),
      bad(
        'CSV within quotes',
        /^dataset\.(openQuote|malformedTable|\w+)/,
        written('all.csv', () => 'text,label\n"one, two",a\n"three\n'),
      ),
    ],
    'wrong magic': [
      bad(
        'a zip archive',
        /^dataset\.notUtf8/,
        changed('arrays/stored.npz', bytes => bytes, 'all.csv'),
      ),
      bad(
        'UTF-16',
        /^dataset\.notUtf8/,
        written('all.csv', () => Buffer.from('\ufefftext,label\none,a\n', 'utf16le')),
      ),
    ],
    'wrong type': [
      bad(
        'labels that are measurements',
        /^dataset\.continuous/,
        written(
          'all.csv',
          () =>
            `a,b,label\n${Array.from({ length: 60 }, (_, i) => `${i},${-i},${(i * 0.37).toFixed(3)}`).join('\n')}\n`,
        ),
      ),
      bad(
        'a line that is a list',
        /^dataset\.notJsonLines/,
        changed('tables/tables/pandas.jsonl', bytes => `${bytes.toString().trim()}\n[1]\n`),
      ),
    ],
    'wrong shape': [
      bad(
        'one column',
        /^dataset\.notTable/,
        written('all.csv', () => 'text\none\ntwo\n'),
      ),
      bad(
        'rows without labels',
        /^dataset\.\w+/,
        written('all.csv', () => 'text,label\none text\nanother text\n'),
      ),
    ],
    'absurd sizes': noSizes,
    'path elsewhere': [
      bad('images above it', /^dataset\.noRecords/, folder => {
        for (const k of [0, 1, 2]) cpSync(png, join(folder, '..', `${k}.png`));
        const rows = [
          '../0.png,a',
          `${join(folder, '..', '1.png')},b`,
          'x/../../2.png,a',
          '..\\0.png,b',
        ];
        return put(join(folder, 'all.csv'), `path,label\n${rows.join('\n')}\n`);
      }),
    ],
    bomb: noPacking,
    '10 GB claimed': [
      bad(
        'one line of zeros',
        /^dataset\.(openQuote|notUtf8)/,
        tenGigabytes(changed('tables/tables/pandas.csv', same)),
      ),
      bad(
        'a line of 20 MB',
        /^dataset\.\w+/,
        written('all.jsonl', () => `{"text":"${'x'.repeat(20 << 20)}"}`),
      ),
    ],
  },
  imageFolder: {
    truncated: [bad('an image', /^image\.undecodable/, folderHas('truncated.jpg'))],
    'wrong magic': [bad('a text', /^image\.unknownFormat/, folderHas('text.jpg'))],
    'wrong type': anyImage,
    'wrong shape': [bad('65 000 x 10 pixels', /^image\.extremeShape/, folderHas('65000x10.png'))],
    'absurd sizes': [
      bad(
        'sides of 2^31',
        /^image\.\w+/,
        folderWith('huge.png', () => pngOf(2 ** 31 - 1, 2 ** 31 - 1)),
      ),
    ],
    'path elsewhere':
      'a folder has no list of paths, and links in it are followed on purpose, each once',
    bomb: [
      bad(
        '900 million pixels in 110 KB',
        /^image\.tooLarge/,
        folderWith('bomb.png', () => pngOf(30_000, 30_000, Buffer.alloc(3751 * 30_000))),
      ),
    ],
    '10 GB claimed': [
      bad(
        '100 000 x 100 000 pixels',
        /^image\.\w+/,
        folderWith('claims.png', () => pngOf(100_000, 100_000)),
      ),
      bad('zeros after an image', /^image\.\w+/, async folder => {
        const path = folderWith('zeros.png', () => pngOf(8, 8, Buffer.alloc(16)))(folder);
        await tenGigabytes(() => join(folder, 'dog', 'zeros.png'))(folder);
        return path;
      }),
    ],
  },
};

function folderHas(file: string): Bad['make'] {
  return folder => {
    const path = folderWith(file, () => Buffer.alloc(0))(folder);
    cpSync(fixture('images', file), join(folder, 'dog', file));
    return path;
  };
}
