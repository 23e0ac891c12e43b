import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openReader, openWriter, predictionsKey } from '../../../src/predictions/index.js';
import { npyHeader, npyRows } from '../../../src/predictions/npy.js';
import { numpyPython, python } from '../../support/python.js';
import { put, scratch } from '../../support/scratch.js';
import {
  append,
  classes,
  collect,
  dimension,
  featureOf,
  idOf,
  outputOf,
  range,
} from './samples.js';

const key = predictionsKey({ test: 'store' });

async function fill(cache: string, samples: readonly number[], batch = 10): Promise<void> {
  const writer = await openWriter(cache, key, { model: 'm.onnx' });
  for (let k = 0; k < samples.length; k += batch) await append(writer, samples.slice(k, k + batch));
  await writer.close();
}

const file = (cache: string, name: string) => join(cache, 'predictions', key, name);

describe('predictions key', () => {
  it('depends on every value, not on the order of keys', () => {
    const parts = { model: 'a', plan: { mean: [0.5, 1], crop: null }, features: undefined };
    const key = predictionsKey(parts);
    assert.match(key, /^[0-9a-f]{64}$/);
    assert.equal(predictionsKey({ plan: { crop: null, mean: [0.5, 1] }, model: 'a' }), key);
    assert.notEqual(predictionsKey({ ...parts, model: 'b' }), key);
    assert.notEqual(predictionsKey({ ...parts, plan: { mean: [1, 0.5], crop: null } }), key);
    assert.notEqual(predictionsKey({ ...parts, features: null }), key);
    assert.notEqual(predictionsKey({ a: '1' }), predictionsKey({ a: 1 }));
  });
});

describe('NumPy header', () => {
  it('is format 1.0, 128 bytes, and ends with a line break', () => {
    const header = Buffer.from(npyHeader('<f4', 1234, 10));
    assert.equal(header.length, 128);
    assert.equal(header.subarray(0, 8).toString('hex'), '934e554d50590100');
    assert.equal(header.readUInt16LE(8), 118);
    assert.equal(
      header.subarray(10).toString('latin1').trimEnd(),
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1234, 10), }",
    );
    assert.equal(header[127], 0x0a);
  });

  it('is read back, and nothing else is taken for it', () => {
    assert.equal(npyRows(npyHeader('<f4', 2 ** 40, 70_000), '<f4', 70_000), 2 ** 40);
    assert.equal(npyRows(npyHeader('|S64', 0, null), '|S64', null), 0);
    assert.equal(npyRows(npyHeader('<f4', 5, 10), '<f4', 11), null);
    assert.equal(npyRows(npyHeader('|S64', 5, null), '<f4', 1), null);
    assert.equal(npyRows(new Uint8Array(128), '<f4', 10), null);
  });
});

describe('predictions store', function () {
  this.timeout(30_000);

  it('gives back what was appended, in the order that is asked for', async () => {
    const cache = scratch();
    assert.equal(await openReader(cache, key), null);
    await fill(cache, range(0, 100), 7);
    const reader = await openReader(cache, key);
    assert.ok(reader);
    assert.equal(reader.count, 100);
    assert.equal(reader.classes, classes);
    assert.equal(reader.dimension, dimension);
    assert.equal(reader.rowOf(idOf(42)), 42);
    assert.equal(reader.rowOf(idOf(100)), -1);
    for (const rows of [range(0, 100), [99, 0, 50, 51, 52, 7, 7, 99], [3], []]) {
      const outputs = await collect(reader.outputs(Int32Array.from(rows)));
      const expected = rows.map(i => range(0, classes).map(c => outputOf(i, c)));
      assert.deepEqual(outputs.rows, expected);
      const features = await collect(reader.features(Int32Array.from(rows)));
      assert.deepEqual(
        features.rows,
        rows.map(i => range(0, dimension).map(c => featureOf(i, c))),
      );
    }
    await assert.rejects(collect(reader.outputs(Int32Array.of(100))), RangeError);
    await assert.rejects(collect(reader.outputs(Int32Array.of(-1))), RangeError);
    reader.close();
  });

  it('streams many rows in blocks of a few MB, near and far ones in any order', async () => {
    const cache = scratch();
    const wide = 1000;
    const n = 4000;
    const writer = await openWriter(cache, key, {});
    for (let start = 0; start < n; start += 500) {
      const ids = range(start, start + 500);
      const outputs = Float32Array.from({ length: 500 * wide }, (_, k) => start * wide + k);
      await writer.append(ids.map(idOf), outputs, wide, null, 0);
    }
    await writer.close();
    const reader = await openReader(cache, key);
    assert.ok(reader);
    assert.equal(reader.dimension, 0);
    assert.deepEqual((await collect(reader.features(Int32Array.of(1)))).rows, []);
    const orders = {
      all: range(0, n),
      backwards: range(0, n).reverse(),
      'every third': range(0, n / 3).map(i => 3 * i),
      'every hundredth': range(0, n / 100).map(i => 100 * i),
      shuffled: range(0, n).map(i => (i * 1237) % n),
      repeated: range(0, n).map(i => i % 5),
    };
    for (const [name, rows] of Object.entries(orders)) {
      let at = 0;
      for await (const block of reader.outputs(Int32Array.from(rows))) {
        assert.equal(block.start, at, name);
        assert.ok(block.values.byteLength <= 4 << 20, name);
        assert.equal(block.values.length, block.rows * wide);
        for (let i = 0; i < block.rows; i++, at++) {
          assert.equal(block.values[i * wide], rows[at] * wide, `${name} ${at}`);
          assert.equal(block.values[i * wide + wide - 1], rows[at] * wide + wide - 1);
        }
      }
      assert.equal(at, rows.length, name);
    }
    reader.close();
  });

  it('takes each sample once, within a batch and over all of them', async () => {
    const cache = scratch();
    const writer = await openWriter(cache, key, {});
    await append(writer, [1, 2, 1, 3]);
    await append(writer, [3, 2, 4]);
    await append(writer, [1, 4]);
    assert.equal(writer.count, 4);
    assert.ok(writer.has(idOf(4)));
    assert.ok(!writer.has(idOf(5)));
    await writer.close();
    const reader = await openReader(cache, key);
    const { rows } = await collect(reader!.outputs(Int32Array.from([0, 1, 2, 3])));
    assert.deepEqual(
      rows.map(row => row[0]),
      [1, 2, 3, 4],
    );
    reader?.close();
  });

  it('goes on where another writer stopped, and notes what it was told of', async () => {
    const cache = scratch();
    await fill(cache, range(0, 30));
    const writer = await openWriter(cache, key, { model: 'other' });
    assert.equal(writer.count, 30);
    assert.ok(writer.has(idOf(29)));
    await append(writer, range(25, 40));
    await writer.close();
    const reader = await openReader(cache, key);
    assert.equal(reader?.count, 40);
    assert.equal(reader?.rowOf(idOf(39)), 39);
    reader?.close();
    const meta = JSON.parse(readFileSync(file(cache, 'meta.json'), 'utf8'));
    assert.deepEqual(meta, { model: 'm.onnx', version: 1, classes, dimension });
    assert.deepEqual(readdirSync(join(cache, 'predictions', key)).sort(), [
      'features.npy',
      'ids.npy',
      'meta.json',
      'outputs.npy',
    ]);
  });

  it('shows a reader the batches that were there when it was opened', async () => {
    const cache = scratch();
    const writer = await openWriter(cache, key, {});
    assert.equal(await openReader(cache, key), null);
    await append(writer, range(0, 10));
    const early = await openReader(cache, key);
    await append(writer, range(10, 20));
    const late = await openReader(cache, key);
    assert.equal(early?.count, 10);
    assert.equal(early?.rowOf(idOf(15)), -1);
    assert.equal(late?.count, 20);
    early?.close();
    late?.close();
    await writer.close();
  });

  it('refuses batches that do not fit, and stays as it was', async () => {
    const cache = scratch();
    const writer = await openWriter(cache, key, {});
    await append(writer, range(0, 5));
    await assert.rejects(writer.append([idOf(9)], new Float32Array(4), 4, null, 0), RangeError);
    await assert.rejects(writer.append([idOf(9)], new Float32Array(3), 7, null, 0), RangeError);
    await assert.rejects(
      writer.append(['x'], new Float32Array(7), 7, new Float32Array(3), 3),
      RangeError,
    );
    assert.equal(writer.count, 5);
    await append(writer, range(5, 8));
    await writer.close();
    const reader = await openReader(cache, key);
    assert.equal(reader?.count, 8);
    reader?.close();
  });

  it('cuts a torn batch off and fills the gap', async () => {
    const cache = scratch();
    await fill(cache, range(0, 30));
    // As a kill between two writes leaves them: data without ids, a count that is ahead of another.
    writeFileSync(file(cache, 'outputs.npy'), new Uint8Array(100), { flag: 'a' });
    truncateSync(file(cache, 'features.npy'), 128 + 4 * dimension * 25 + 2);
    const reader = await openReader(cache, key);
    assert.equal(reader?.count, 25);
    reader?.close();
    await fill(cache, range(0, 30));
    const whole = await openReader(cache, key);
    assert.equal(whole?.count, 30);
    const { rows } = await collect(whole!.features(Int32Array.from(range(0, 30))));
    assert.deepEqual(
      rows.map(row => row[0]),
      range(0, 30).map(i => featureOf(i, 0)),
    );
    whole?.close();
  });

  it('trusts no id that is none, as a power cut can leave them', async () => {
    const cache = scratch();
    await fill(cache, range(0, 30));
    const bytes = readFileSync(file(cache, 'ids.npy'));
    bytes.fill(0, 128 + 64 * 12, 128 + 64 * 13);
    writeFileSync(file(cache, 'ids.npy'), bytes);
    const reader = await openReader(cache, key);
    assert.equal(reader?.count, 12);
    reader?.close();
    await fill(cache, range(0, 30));
    const whole = await openReader(cache, key);
    assert.equal(whole?.rowOf(idOf(12)), 12);
    assert.equal(whole?.count, 30);
    whole?.close();
  });

  const damages: Record<string, (cache: string) => void> = {
    'meta.json is cut': cache => truncateSync(file(cache, 'meta.json'), 10),
    'meta.json is missing': cache => rmSync(file(cache, 'meta.json')),
    'meta.json is of another version': cache =>
      put(file(cache, 'meta.json'), { version: 0, classes, dimension }),
    'meta.json says other shapes': cache =>
      put(file(cache, 'meta.json'), { version: 1, classes: 3, dimension }),
    'outputs.npy is empty': cache => truncateSync(file(cache, 'outputs.npy'), 0),
    'ids.npy is missing': cache => rmSync(file(cache, 'ids.npy')),
    'a process was killed while it made the files': cache => {
      rmSync(file(cache, 'meta.json'));
      put(file(cache, 'outputs.npy.draft.tmp'), 'x');
    },
    'features.npy is text': cache => put(file(cache, 'features.npy'), 'x'.repeat(500)),
  };
  for (const [name, damage] of Object.entries(damages)) {
    it(`is computed again where ${name}`, async () => {
      const cache = scratch();
      await fill(cache, range(0, 30));
      damage(cache);
      assert.equal(await openReader(cache, key), null);
      const writer = await openWriter(cache, key, {});
      assert.equal(writer.count, 0);
      await append(writer, range(0, 20));
      await writer.close();
      const reader = await openReader(cache, key);
      assert.equal(reader?.count, 20);
      reader?.close();
      assert.equal(readdirSync(join(cache, 'predictions', key)).length, 4);
    });
  }

  it('is read by np.load while it is written (needs Python with NumPy)', async function () {
    if (!numpyPython()) this.skip();
    const load = `
import json, sys, numpy as np
o, f, i = (np.load(f'{sys.argv[1]}/{n}.npy') for n in ('outputs', 'features', 'ids'))
print(json.dumps([o.shape, str(o.dtype), f.shape, i.shape, str(i.dtype), i[-1].decode(), o[-1].tolist()]))`;
    const cache = scratch();
    const writer = await openWriter(cache, key, {});
    for (const end of [9, 10, 11, 101]) {
      await append(writer, range(0, end));
      assert.deepEqual(python(load, join(cache, 'predictions', key)), [
        [end, classes],
        'float32',
        [end, dimension],
        [end],
        '|S64',
        idOf(end - 1),
        range(0, classes).map(c => outputOf(end - 1, c)),
      ]);
    }
    await writer.close();
  });
});
