import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openDataset } from '../../../src/datasets/open.js';
import { discover } from '../../../src/discovery/index.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import { type Claims, parquetOf } from '../../support/parquet.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';
import { tarHeader, tarOf } from '../../support/tar.js';

const fixtures = join(root, 'test', 'fixtures', 'tables');

/** Opens a file and reads all of it; gives what is said of it, or null where nothing is wrong. */
async function problemOf(path: string) {
  try {
    const dataset = await openDataset(path);
    try {
      for (let i = 0; i < dataset.size; i++) await dataset.read(i);
    } finally {
      await dataset.close?.();
    }
    return null;
  } catch (error) {
    const { code, message } = noticeOf(error);
    assert.match(code, /^dataset\./, message);
    assert.ok(message.includes(basename(path)), message);
    assert.doesNotMatch(message, /undefined|\n|\{\w+\}/);
    return { code, message };
  }
}

/** Holds that a file is refused by this code, without much memory. */
async function refused(name: string, bytes: string | Uint8Array, code: string, says: RegExp) {
  const file = put(join(scratch('damage'), name), bytes);
  const before = process.memoryUsage().rss;
  const problem = await problemOf(file);
  assert.ok(problem, `${name} was taken for sound`);
  assert.equal(problem.code, code, problem.message);
  assert.match(problem.message, says);
  assert.ok(process.memoryUsage().rss - before < 200e6, 'it took too much memory');
  // Looking for datasets never fails, whatever lies there.
  await discover(join(file, '..'), { exclude: [] });
}

const texts = ['one text', 'another text', 'a third'];
const labels = ['a', 'b', 'a'];

describe('damaged Parquet files', () => {
  it('the writer of these tests writes what is read', async () => {
    const file = put(join(scratch('sound'), 'sound.parquet'), parquetOf(texts, labels));
    assert.equal(await problemOf(file), null);
    const dataset = await openDataset(file);
    const third = await dataset.read(2);
    assert.equal(third.kind === 'text' && third.text, 'a third');
    await dataset.close?.();
  });

  const cases: Record<string, [Claims, RegExp]> = {
    'a page that claims two gigabytes': [{ unpacked: 2 ** 31 - 1 }, /claims 2147483647 bytes/],
    'a page that is longer than the file': [{ packed: 1 << 30 }, /page is damaged/],
    'a page with more rows than there are': [{ values: 1 << 28 }, /claims 268435456 rows/],
    'a page with a negative number of rows': [{ values: -5 }, /claims -5 rows/],
    'more rows than pages have': [{ rows: 10n ** 12n }, /pages are missing/],
    'a position outside the file': [{ offset: 10n ** 15n }, /too early/],
    'texts that are called numbers': [{ type: 1 }, /./],
    'a codec that there is not': [{ codec: 77 }, /packed in a way that is not known/],
    'packed bytes that are none': [{ codec: 2 }, /./],
    'a gzip bomb': [
      { codec: 2, page: gzipSync(Buffer.alloc(400 << 20)), unpacked: 40 },
      /larger than|length/i,
    ],
    'a zstd frame that says nothing of its size': [
      { codec: 6, page: Buffer.from('28b52ffd0058010000', 'hex'), unpacked: 40 },
      /not as long as its header says/,
    ],
  };
  for (const [what, [claims, says]] of Object.entries(cases))
    it(what, () =>
      refused('bad.parquet', parquetOf(texts, labels, claims), 'dataset.notParquet', says),
    );

  it('another magic, a footer that claims too much, encryption, nothing', async () => {
    const whole = parquetOf(texts, labels);
    const end = (bytes: string, length: number) => {
      const copy = Buffer.from(whole);
      copy.writeUInt32LE(length, copy.length - 8);
      copy.write(bytes, copy.length - 4, 'latin1');
      return copy;
    };
    const length = whole.readUInt32LE(whole.length - 8);
    await refused('a.parquet', end('PAR2', length), 'dataset.notParquet', /too early/);
    await refused('a.parquet', end('PARE', length), 'dataset.notParquet', /encrypted/);
    await refused('a.parquet', end('PAR1', 2 ** 32 - 1), 'dataset.notParquet', /footer is damaged/);
    await refused('a.parquet', Buffer.alloc(4000), 'dataset.notParquet', /does not begin as one/);
    await refused('a.parquet', '', 'dataset.notParquet', /too short/);
  });
});

describe('damaged tar archives', () => {
  const image = readFileSync(
    join(root, 'test', 'fixtures', 'tables', 'imagefolder', 'test', '0.png'),
  );
  const sound = tarOf(
    ['a', 'b', 'a', 'b'].flatMap((label, k) => [
      [`${k}.png`, image] as const,
      [`${k}.cls`, Buffer.from(label)] as const,
    ]),
  );

  it('cut anywhere within a sample', async () => {
    for (const length of [700, 1100, sound.length - 1600])
      await refused('cut.tar', sound.subarray(0, length), 'dataset.notTar', /too early/);
  });

  it('no archive, an empty one, one without samples, a compressed one', async () => {
    await refused('a.tar', Buffer.alloc(4096, 7), 'dataset.notTar', /header in it is damaged/);
    await refused(
      'a.tar',
      Buffer.alloc(10_240),
      'dataset.noSamples',
      /Name the files of a sample alike/,
    );
    await refused('a.tar', '', 'dataset.noSamples', /no samples/);
    await refused('a.tar', tarOf([['README', image]]), 'dataset.noSamples', /no samples/);
    await refused('a.tar', gzipSync(sound), 'dataset.tarPacked', /gunzip a\.tar/);
    await refused(
      'a.tar.gz',
      gzipSync(sound),
      'dataset.tarPacked',
      /Unpack it first: gunzip a\.tar\.gz/,
    );
  });

  it('sizes that are none, or larger than the archive; a long name of a gigabyte', async () => {
    const huge = tarHeader('0.png', 8 ** 10);
    await refused('a.tar', Buffer.concat([huge, sound]), 'dataset.notTar', /too early/);
    const broken = tarHeader('0.png', 10);
    broken[130] ^= 0x40;
    await refused('a.tar', Buffer.concat([broken, sound]), 'dataset.notTar', /damaged/);
    const named = Buffer.concat([tarHeader('long', 1 << 30, 'L'), sound]);
    await refused('a.tar', named, 'dataset.notTar', /too early/);
  });

  it('names that lead elsewhere are names, and links are nothing', async () => {
    const folder = scratch('names');
    const file = put(
      join(folder, 'in', 'names.tar'),
      Buffer.concat([
        tarHeader('../../etc/passwd.png', 0, '2'),
        tarOf(
          ['../../up', '/absolute', 'c'].flatMap((name, k) => [
            [`${name}.png`, image] as const,
            [`${name}.cls`, Buffer.from(String(k % 2))] as const,
          ]),
        ),
      ]),
    );
    assert.equal(await problemOf(file), null);
    const dataset = await openDataset(file);
    assert.equal(dataset.size, 3);
    assert.equal(dataset.sampleId?.(0), '../../up');
    assert.equal(dataset.sampleFile(0), file);
    await dataset.close?.();
    assert.deepEqual(readdirSync(folder), ['in']);
    assert.deepEqual(readdirSync(join(folder, 'in')), ['names.tar']);
  });
});

describe('damaged tables of text', () => {
  it('cut anywhere, or with any byte changed: never an unexpected problem', async () => {
    for (const name of readdirSync(join(fixtures, 'tables'))) {
      const whole = readFileSync(join(fixtures, 'tables', name));
      const file = join(scratch('cut'), name);
      for (let at = 1; at < whole.length; at += 7) {
        put(file, whole.subarray(0, at));
        await problemOf(file);
        const changed = Buffer.from(whole);
        changed[at] ^= 0xff;
        put(file, changed);
        await problemOf(file);
        changed[at] = 0x22;
        put(file, changed);
        await problemOf(file);
      }
    }
  });

  it('no text, one line without an end, a record of another kind', async () => {
    const zip = Buffer.from('504b0304ffffffff', 'hex');
    await refused('a.csv', zip, 'dataset.notUtf8', /UTF-8/);
    await refused('a.csv', 'x'.repeat(20 << 20), 'dataset.notTable', /one column/);
    await refused('a.jsonl', `{"text":"${'x'.repeat(20 << 20)}"}`, 'dataset.notJsonLines', /./);
    await refused('a.jsonl', '{"text":"a","label":"b"}\n[1]\n', 'dataset.notJsonLines', /./);
  });
});

describe('shards', () => {
  it('that are missing are told by the names of the others', async () => {
    const folder = scratch('missing');
    for (const k of [0, 2])
      put(join(folder, 'data', `train-0000${k}-of-00004.parquet`), parquetOf(texts, labels));
    const dataset = await openDataset(folder);
    assert.equal(dataset.size, 6);
    await dataset.close?.();
    assert.deepEqual(
      dataset.notices.map(n => [n.code, n.params.n]),
      [['dataset.shardsMissing', 2]],
    );
  });

  it('of which one is damaged are refused with its name', async () => {
    const folder = scratch('one');
    put(join(folder, 'train-00000-of-00002.parquet'), parquetOf(texts, labels));
    const bad = put(join(folder, 'train-00001-of-00002.parquet'), 'PAR1 no more');
    await assert.rejects(openDataset(folder), error => {
      assert.ok(noticeOf(error).message.startsWith(bad));
      return true;
    });
  });
});
