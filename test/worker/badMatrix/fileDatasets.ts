import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { parquetOf } from '../../support/parquet.js';
import { put } from '../../support/scratch.js';
import { tarHeader, tarOf } from '../../support/tar.js';
import {
  asGif,
  type Bad,
  bad,
  changed,
  fixture,
  half,
  noPacking,
  noSizes,
  patched,
  type Row,
  same,
  tenGigabytes,
  written,
} from './cells.js';

const anyImage = 'an image is read whatever its depth and its colours are';

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

/** Layouts whose samples are files, members of archives or rows of tables, by id. */
export const fileDatasets: Record<string, Row> = {
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
