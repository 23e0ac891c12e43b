import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openDataset } from '../../../src/datasets/open.js';
import { linesOf } from '../../../src/editor/lines.js';
import { placeOf, sampleCopy } from '../../../src/pipeline/places.js';
import { decodeImage } from '../../../src/preprocess/decode.js';
import { noOptions } from '../../../src/protocol/datasetOptions.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const fixtures = join(root, 'test/fixtures');

/** First and last sample of a dataset of the fixtures, with what they are and where. */
async function ends(path: string) {
  const dataset = await openDataset(join(fixtures, path));
  try {
    return await Promise.all(
      [0, dataset.size - 1].map(async row => {
        const content = await dataset.read(row);
        return { row, content, place: placeOf(dataset, row, content) };
      }),
    );
  } finally {
    await dataset.close?.();
  }
}

describe('where a sample can be looked at', () => {
  for (const path of ['tables/imagefolder', 'tables/parquet-paths/all.parquet'])
    it(`its own file, in ${path}`, async () => {
      for (const { place } of await ends(path)) {
        assert.equal(place.kind, 'file');
        assert.ok(existsSync(place.file), place.file);
      }
    });

  for (const path of ['pandas.csv', 'excel.csv', 'pandas.tsv', 'pandas.jsonl'])
    it(`its lines, in tables/tables/${path}`, async () => {
      for (const { content, place } of await ends(`tables/tables/${path}`)) {
        assert.ok(place.kind === 'lines' && content.kind === 'text');
        const file = readFileSync(place.file);
        const record = file.subarray(...place.bytes).toString('utf8');
        const cells = path.endsWith('jsonl')
          ? Object.values(JSON.parse(record)).join()
          : record.replaceAll('""', '"');
        assert.ok(cells.includes(content.text), record);
        const { start, end } = await linesOf(place.file, place.bytes);
        const lines = file.toString('utf8').split(/\r?\n/);
        const shown = lines.slice(start.line, end.line + 1).join('\n');
        assert.equal(shown, record.replace(/[\r\n]+$/, '').replaceAll('\r\n', '\n'));
        assert.equal(end.character, lines[end.line].length);
      }
    });

  it('its lines, counted in bytes of any script, with line ends inside and blank lines after it', async () => {
    const records = ['label,text\r\n', 'ja,"猫が\n二匹"\r\n\r\n', 'de,Mäuse 🐭\r\n'];
    const file = put(join(scratch('lines'), 'x.csv'), records.join(''));
    const at = (k: number) => Buffer.byteLength(records.slice(0, k).join(''));
    assert.deepEqual(await linesOf(file, [at(1), at(2)]), {
      start: { line: 1, character: 0 },
      end: { line: 2, character: 3 },
    });
    assert.deepEqual(await linesOf(file, [at(2), at(3)]), {
      start: { line: 4, character: 0 },
      end: { line: 4, character: 11 },
    });
    assert.deepEqual((await linesOf(file, [0, at(1)])).start.line, 0);
  });

  const images = ['nhwc.npz', 'idx/train-images-idx3-ubyte', 'cifar10'];
  for (const path of [
    ...images.map(name => `arrayDatasets/${name}`),
    ...['tables/hub-images', 'tables/webdataset/cls'],
  ])
    it(`a copy of its image, in ${path}`, async () => {
      for (const { row, content, place } of await ends(path)) {
        assert.ok(place.kind === 'copy' && place.row === row);
        const address = { dataset: join(fixtures, path), options: noOptions, row };
        const { name, ending, bytes } = await sampleCopy(address);
        assert.ok(name.startsWith(basename(place.file)), name);
        if (content.kind === 'encodedImage') assert.deepEqual(bytes, content.bytes);
        else {
          assert.ok(content.kind === 'pixels' && ending === 'png');
          const { channels } = content;
          const { data } = await decodeImage(bytes, channels, name);
          assert.deepEqual(Buffer.from(data), Buffer.from(content.data));
        }
      }
    });

  it('a copy of its text, of a pair both', async () => {
    const path = 'tables/parquet/pairs-zstd.parquet';
    for (const { content, place, row } of await ends(path)) {
      assert.ok(place.kind === 'copy' && content.kind === 'text');
      const address = { dataset: join(fixtures, path), options: noOptions, row };
      const { ending, bytes } = await sampleCopy(address);
      const { text, pair } = content;
      const lines = pair === null ? text : `${text}\n${pair}`;
      assert.deepEqual([ending, Buffer.from(bytes).toString('utf8')], ['txt', lines]);
    }
  });

  for (const path of ['arrayDatasets/rows.npz', 'tables/parquet/numbers-snappy.parquet'])
    it(`no more than its row, of the numbers in ${path}`, async () => {
      for (const { place } of await ends(path)) assert.equal(place.kind, 'row');
    });

  it('nothing where there is no such sample any more', async () => {
    const dataset = join(fixtures, 'arrayDatasets/nhwc.npz');
    await assert.rejects(sampleCopy({ dataset, options: noOptions, row: 1e6 }), /changed/);
  });
});
