import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { openPredictionFile } from '../../../src/arrays/open.js';
import { peekPredictions } from '../../../src/arrays/sniff.js';
import { openModel } from '../../../src/models/open.js';
import { TransferLensError } from '../../../src/protocol/notice.js';
import { npyHeader as header, npyOf as npy, zipOf } from '../../support/npz.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const folder = join(root, 'test', 'fixtures', 'arrays');
const fixture = (name: string) => readFileSync(join(folder, name));

/** Opens a file and reads all of it; gives what went wrong. */
async function problemOf(path: string): Promise<{ code: string; message: string }> {
  try {
    const file = await openPredictionFile(path);
    try {
      for (const { name, shape, type } of file.arrays)
        if (type === 'text' || shape.length === 1) await file.texts(name);
        else for (let i = 0; i < Math.min(shape[0], 20); i++) await file.numbers(name, i, i + 1);
    } finally {
      await file.close();
    }
  } catch (error) {
    assert.ok(error instanceof TransferLensError, `${basename(path)}: ${String(error)}`);
    assert.ok(error.message.includes(basename(path)), error.message);
    return error.notice;
  }
  return { code: 'none', message: '' };
}

describe('damaged files of arrays', () => {
  const at = scratch('damage');

  for (const name of [
    'stored.npz',
    'deflated.npz',
    'some.safetensors',
    'npy/net_probs.npy',
    'snappy.parquet',
    'lz4.feather',
    'stream-zstd.arrow',
  ])
    it(`${name}: cut anywhere, it is refused by name`, async () => {
      const whole = fixture(name);
      for (let k = 0; k < 40; k++) {
        const size = Math.floor((whole.length * k) / 40);
        const path = put(join(at, `cut-${k}-${basename(name)}`), whole.subarray(0, size));
        assert.match(
          (await problemOf(path)).code,
          /^arrays\.(damaged|truncated)$/,
          `${size} bytes`,
        );
      }
    });

  for (const name of [
    'deflated.npz',
    'some.safetensors',
    'zstd.parquet',
    'lz4.feather',
    'stream-zstd.arrow',
    'zstd.feather',
  ])
    it(`${name}: with any byte changed, nothing breaks`, async () => {
      const whole = fixture(name);
      for (let k = 0; k < whole.length; k += 7) {
        const changed = Buffer.from(whole);
        changed[k] ^= 0xff;
        const { code } = await problemOf(put(join(at, `changed-${basename(name)}`), changed));
        assert.match(code, /^(none|arrays\.\w+)$/);
      }
    });

  it('deflated values that are not those that were packed', async () => {
    const whole = fixture('deflated.npz');
    const entry = whole.lastIndexOf('PK\x01\x02');
    whole[entry + 16] ^= 1;
    const path = put(join(at, 'crc.npz'), whole);
    assert.equal((await problemOf(path)).code, 'arrays.damaged');
  });

  it('a header that claims 10 GB costs no memory', async () => {
    const before = process.memoryUsage().rss;
    const claims = header('(25000000, 100)');
    const one = put(join(at, 'huge_probs.npy'), npy(claims));
    assert.equal((await problemOf(one)).code, 'arrays.truncated');
    const labels = put(
      join(at, 'huge.npz'),
      zipOf('labels.npy', 0, npy(header('(99999999999,)')), 128),
    );
    assert.match((await problemOf(labels)).code, /^arrays\.(truncated|tooLarge)$/);
    const text = JSON.stringify({
      probs: { dtype: 'F32', shape: [25_000_000, 100], data_offsets: [0, 10_000_000_000] },
    });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    const safe = put(join(at, 'huge.safetensors'), Buffer.concat([length, Buffer.from(text)]));
    assert.equal((await problemOf(safe)).code, 'arrays.truncated');
    length.writeBigUInt64LE(2n ** 63n);
    const head = put(join(at, 'head.safetensors'), Buffer.concat([length, Buffer.from(text)]));
    assert.equal((await problemOf(head)).code, 'arrays.damaged');
    assert.ok(process.memoryUsage().rss - before < 200e6);
  });

  it('a bomb is not unpacked, nor is what grows beyond its directory', async () => {
    // Other processes write into the system's folder.
    const temporary = scratch('temporary');
    const variable = process.platform === 'win32' ? 'TEMP' : 'TMPDIR';
    const given = process.env[variable];
    process.env[variable] = temporary;
    try {
      assert.equal(tmpdir(), temporary);
      const zeros = Buffer.concat([npy(header('(5000000, 100)')), Buffer.alloc(20 << 20)]);
      const packed = deflateRawSync(zeros);
      const claims = put(join(at, 'bomb.npz'), zipOf('probs.npy', 8, packed, 2_000_000_128));
      const { code, message } = await problemOf(claims);
      assert.equal(code, 'arrays.bomb');
      assert.match(message, /\[5000000, 100\]/);
      const small = Buffer.concat([npy(header('(10, 100)')), Buffer.alloc(20 << 20)]);
      const grows = put(join(at, 'grows.npz'), zipOf('probs.npy', 8, deflateRawSync(small), 4128));
      assert.equal((await problemOf(grows)).code, 'arrays.damaged');
      assert.deepEqual(readdirSync(temporary), []);
    } finally {
      if (given === undefined) delete process.env[variable];
      else process.env[variable] = given;
    }
  });

  it('pickled objects and records are not read, and other packings are named', async () => {
    const objects = npy(header('(3,)', "'|O'"), Buffer.alloc(40));
    const path = put(join(at, 'objects.npz'), zipOf('ids.npy', 0, objects, objects.length));
    assert.equal((await problemOf(path)).code, 'arrays.objects');
    const records = npy(header('(3,)', "[('a', '<f4')]"), Buffer.alloc(12));
    const other = put(join(at, 'records.npz'), zipOf('ids.npy', 0, records, records.length));
    assert.equal((await problemOf(other)).code, 'arrays.objects');
    const bzip = put(join(at, 'bzip.npz'), zipOf('ids.npy', 12, records, records.length));
    assert.equal((await problemOf(bzip)).code, 'arrays.packing');
  });

  it('a member that is named as a path elsewhere is an array of that name, and writes nothing', async () => {
    const data = npy(header('(3,)'), Buffer.alloc(12));
    const path = put(join(at, 'up.npz'), zipOf('../../up.npy', 0, data, data.length));
    const file = await openPredictionFile(path);
    assert.deepEqual(
      file.arrays.map(a => a.name),
      ['../../up'],
    );
    await file.close();
  });
});

describe('predictions that are not what they should be', () => {
  const at = scratch('wrong');
  const open = async (path: string) => {
    try {
      await (await openModel(path, { threads: 1 })).close();
    } catch (error) {
      assert.ok(error instanceof TransferLensError, String(error));
      return error.notice;
    }
    assert.fail('it was opened');
  };

  it('a damaged archive is still said to be one', async () => {
    const path = put(join(at, 'preds.npz'), 'nothing of the kind');
    assert.equal((await peekPredictions(path))?.labelled, false);
    assert.equal((await open(path)).code, 'arrays.damaged');
  });

  it('rows that do not fit together, by the names of both', async () => {
    put(join(at, 'a_probs.npy'), npy(header('(4, 3)'), Buffer.alloc(48)));
    put(join(at, 'a_features.npy'), npy(header('(5, 3)'), Buffer.alloc(60)));
    const { code, message } = await open(join(at, 'a_probs.npy'));
    assert.equal(code, 'predictions.rows');
    assert.match(message, /"features" has 5 rows, and "probs" has 4/);
  });

  it('names in a sidecar that are none, with those that are', async () => {
    const path = put(join(at, 'chosen.npz'), fixture('stored.npz'));
    put(join(at, 'chosen.transferlens.json'), { output: 'scores' });
    const model = await openModel(path, { threads: 1, output: 'features', features: null });
    assert.deepEqual([model.output, model.features], ['features', null]);
    await model.close();
    const wrong = await openModel(path, { threads: 1, output: 'scores' }).catch(e => e.notice);
    assert.equal(wrong.code, 'predictions.noArray');
    assert.match(wrong.message, /probs float32\[12, 5\]/);
  });
});
