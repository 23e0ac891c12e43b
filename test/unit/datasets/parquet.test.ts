import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../../../src/datasets/dataset.js';
import { openDataset } from '../../../src/datasets/open.js';
import { discover } from '../../../src/discovery/index.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import { root } from '../../support/referenceData.js';
import { scratch } from '../../support/scratch.js';

const fixtures = join(root, 'test', 'fixtures', 'datasets', 'parquet');
const expected: {
  names: string[];
  labels: number[];
  images: string[];
  texts: string[];
  groups: string[];
} = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8'));

async function rowsOf(dataset: Dataset) {
  try {
    return await Promise.all(Array.from({ length: dataset.size }, (_, i) => dataset.read(i)));
  } finally {
    await dataset.close?.();
  }
}

describe('Parquet datasets', () => {
  it('of Hugging Face: images as bytes, class names, splits by the names of their shards', async () => {
    const dataset = await openDataset(join(fixtures, 'images'));
    assert.deepEqual([dataset.layout, dataset.content], ['parquet', 'image']);
    assert.deepEqual(dataset.classes, expected.names);
    // Train before test.
    const order = Array.from({ length: 14 }, (_, k) => k);
    assert.deepEqual(
      [...dataset.labels],
      order.map(k => expected.labels[k]),
    );
    assert.deepEqual(
      dataset.splits,
      order.map(k => (k < 10 ? 'train' : 'test')),
    );
    const hashes = (await rowsOf(dataset)).map(
      content =>
        content.kind === 'encodedImage' && createHash('sha256').update(content.bytes).digest('hex'),
    );
    assert.deepEqual(
      hashes,
      order.map(k => expected.images[k]),
    );
    assert.match(dataset.sampleName(0), /^train-00000-of-00001\.parquet#1$/);
  });

  for (const codec of ['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'])
    it(`of texts, compressed by ${codec}, with groups`, async () => {
      const dataset = await openDataset(join(fixtures, `text-${codec}.parquet`));
      assert.deepEqual([dataset.content, dataset.classes], ['text', ['a', 'b']]);
      const texts = (await rowsOf(dataset)).map(c => c.kind === 'text' && c.text);
      assert.deepEqual(texts, expected.texts);
      const groups = [...new Set(expected.groups)];
      assert.deepEqual(
        [...(dataset.groups ?? [])],
        expected.groups.map(g => groups.indexOf(g)),
      );
    });

  it('of numbers, with labels of false and true, and one that is missing', async () => {
    const dataset = await openDataset(join(fixtures, 'numbers.parquet'));
    assert.deepEqual([dataset.content, dataset.classes], ['numbers', ['false', 'true']]);
    assert.equal(dataset.size, 5);
    assert.deepEqual(
      dataset.notices.map(n => n.code),
      ['dataset.rowsUnlabelled', 'dataset.features'],
    );
    const [, second] = await rowsOf(dataset);
    assert.deepEqual(second.kind === 'numbers' && [...second.values], [1, 0.25]);
  });

  it('are found: a folder of shards once, other files one by one', async () => {
    const { datasets } = await discover(fixtures, { exclude: [] });
    const found = datasets.map(({ name, content, size, classes }) => [
      name,
      content,
      size,
      classes,
    ]);
    assert.deepEqual(found.slice(0, 2), [
      ['images', 'image', 14, 3],
      ['numbers', 'numbers', 6, null],
    ]);
    assert.equal(found.length, 8);
  });

  describe('that are damaged fail with a cure', () => {
    const whole = readFileSync(join(fixtures, 'text-snappy.parquet'));
    const folder = scratch('parquet');
    const file = join(folder, 'bad.parquet');

    async function fails(bytes: Uint8Array) {
      writeFileSync(file, bytes);
      const error = await openDataset(file)
        .then(rowsOf)
        .then(() => null, noticeOf);
      assert.ok(error, 'it was taken for a sound file');
      assert.ok(error.message.startsWith(file), error.message);
      assert.notEqual(error.code, 'internal', error.message);
      return error;
    }

    it('cut anywhere, of another kind, or empty', async () => {
      for (let length = 1; length < whole.length; length += 97)
        assert.match((await fails(whole.subarray(0, length))).code, /^dataset\./);
      assert.equal((await fails(Buffer.alloc(500, 7))).code, 'dataset.notParquet');
    });

    it('with any byte changed: never an unexpected problem, never for long', async function () {
      this.timeout(60_000);
      for (let at = 4; at < whole.length; at += 13) {
        const bytes = Buffer.from(whole);
        bytes[at] ^= 0xff;
        writeFileSync(file, bytes);
        const error = await openDataset(file)
          .then(rowsOf)
          .then(() => null, noticeOf);
        if (error) assert.match(error.code, /^dataset\./, `byte ${at}: ${error.message}`);
      }
    });

    it('shards of different tables', async () => {
      const mixed = scratch('mixed');
      cpSync(join(fixtures, 'numbers.parquet'), join(mixed, 'a-00000-of-00002.parquet'));
      cpSync(join(fixtures, 'text-gzip.parquet'), join(mixed, 'a-00001-of-00002.parquet'));
      const shard = join(mixed, 'a-00000-of-00002.parquet');
      await assert.rejects(
        import('../../../src/datasets/parquet/open.js').then(m =>
          m.openDataset(mixed, { columns: {}, targets: [], classes: false }),
        ),
        new RegExp(`columns are not those of ${shard}`),
      );
    });
  });
});
