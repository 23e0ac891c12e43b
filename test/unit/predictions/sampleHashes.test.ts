import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles, hashSamples } from '../../../src/predictions/index.js';
import type { TransferLensError } from '../../../src/protocol/notice.js';
import { failure } from '../../../src/protocol/notice.js';
import { put, scratch } from '../../support/scratch.js';
import { range } from './samples.js';

const sha = (content: string) => createHash('sha256').update(content).digest('hex');

/** Sets a file's time to the past: what has just changed is not remembered. */
function settle(...files: string[]): void {
  const before = new Date(Date.now() - 60_000);
  for (const file of files) utimesSync(file, before, before);
}

/** A dataset of text files that counts what is read. */
function source(folder: string, n: number) {
  const files = range(0, n).map(i => put(join(folder, `${i}.png`), `content ${i}`));
  settle(...files);
  return {
    reads: 0,
    files,
    path: folder,
    size: n,
    sampleName: (i: number) => `${i}.png`,
    sampleFile: (i: number) => files[i],
    async read(i: number) {
      this.reads++;
      try {
        return { kind: 'encodedImage' as const, bytes: readFileSync(files[i]), file: files[i] };
      } catch {
        throw failure('dataset.sampleUnreadable', { file: files[i], detail: 'gone' });
      }
    },
  };
}

describe('hashes of samples', () => {
  it('are those of the contents, and are not computed twice', async () => {
    const cache = scratch();
    const data = source(scratch(), 50);
    const rows = Int32Array.from([4, 2, 49, 2]);
    const expected = [...rows].map(i => sha(`content ${i}`));
    for (let round = 0; round < 3; round++) {
      const { samples, failed } = await hashSamples(cache, data, rows);
      assert.deepEqual([...samples.rows], [...rows]);
      assert.deepEqual(samples.hashes, expected);
      assert.deepEqual(failed, []);
    }
    assert.equal(data.reads, 4);
    await hashSamples(cache, data, Int32Array.from(range(0, 50)));
    assert.equal(data.reads, 4 + 47);
    await hashSamples(cache, data, Int32Array.from(range(0, 50)));
    assert.equal(data.reads, 4 + 47);
  });

  it('are computed again for a file that changed, even to the same size or at the same time', async () => {
    const cache = scratch();
    const data = source(scratch(), 3);
    const rows = Int32Array.from([0, 1, 2]);
    await hashSamples(cache, data, rows);
    writeFileSync(data.files[0], 'CONTENT 0');
    rmSync(data.files[1]);
    put(data.files[1], 'content one');
    settle(data.files[1]);
    const { samples } = await hashSamples(cache, data, rows);
    assert.deepEqual(samples.hashes, [sha('CONTENT 0'), sha('content one'), sha('content 2')]);
  });

  it('of a file that has only just changed are not trusted', async () => {
    const cache = scratch();
    const data = source(scratch(), 1);
    const now = new Date();
    utimesSync(data.files[0], now, now);
    await hashSamples(cache, data, Int32Array.of(0));
    await hashSamples(cache, data, Int32Array.of(0));
    assert.equal(data.reads, 2);
  });

  it('leave out a sample that cannot be read, and say which', async () => {
    const cache = scratch();
    const data = source(scratch(), 5);
    rmSync(data.files[3]);
    const { samples, failed } = await hashSamples(cache, data, Int32Array.from(range(0, 5)));
    assert.deepEqual([...samples.rows], [0, 1, 2, 4]);
    assert.equal(samples.hashes.length, 4);
    assert.deepEqual(
      failed.map(f => [f.row, f.notice.code]),
      [[3, 'dataset.sampleUnreadable']],
    );
  });

  it('survive a damaged or unwritable cache and forget files that are no more', async () => {
    const cache = scratch();
    const data = source(scratch(), 5);
    const rows = Int32Array.from(range(0, 5));
    await hashSamples(cache, data, rows);
    const [name] = readdirSync(join(cache, 'hashes'));
    const file = join(cache, 'hashes', name);
    for (const damage of ['', '{}', '[[1,2],["0.png",[1,2,3,"no hash"]],null]', '[[']) {
      writeFileSync(file, damage);
      const { samples } = await hashSamples(cache, data, rows);
      assert.equal(samples.hashes[0], sha('content 0'));
    }
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).length, 5);
    put(data.files[0], 'content 0');
    settle(data.files[0]);
    utimesSync(data.files[0], 1, 1);
    await hashSamples(cache, { ...data, size: 2 }, Int32Array.of(0));
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).length, 2);
    const blocked = put(join(scratch(), 'file'), '');
    assert.equal((await hashSamples(blocked, data, rows)).samples.hashes.length, 5);
  });

  it('can be cancelled', async () => {
    const data = source(scratch(), 3);
    const hashing = hashSamples(scratch(), data, Int32Array.of(0), AbortSignal.abort());
    await assert.rejects(hashing, { name: 'Cancelled' });
  });
});

describe('hash of a model', function () {
  this.timeout(10_000);

  it('is decided by the contents of its files and their order, not by their names', async () => {
    const cache = scratch();
    const folder = scratch();
    const [a, b, c] = ['a', 'b', 'c'].map(n =>
      put(join(folder, n), n === 'c' ? 'aaa' : n.repeat(3)),
    );
    settle(a, b, c);
    const hash = await hashFiles(cache, [a, b]);
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.equal(await hashFiles(cache, [a, b]), hash);
    assert.equal(await hashFiles(cache, [c, b]), hash);
    assert.notEqual(await hashFiles(cache, [b, a]), hash);
    assert.notEqual(await hashFiles(cache, [a]), hash);
    put(b, 'BBB');
    assert.notEqual(await hashFiles(cache, [a, b]), hash);
  });

  it('reads files larger than one piece', async () => {
    const file = put(join(scratch(), 'large'), new Uint8Array(5_000_001).fill(7));
    const again = put(join(scratch(), 'other'), new Uint8Array(5_000_001).fill(7));
    assert.equal(await hashFiles(scratch(), [file]), await hashFiles(scratch(), [again]));
    put(again, new Uint8Array(5_000_001).fill(7).fill(8, 5_000_000));
    assert.notEqual(await hashFiles(scratch(), [file]), await hashFiles(scratch(), [again]));
  });

  it('names a file that cannot be read, and can be cancelled', async () => {
    const gone = join(scratch(), 'gone.onnx');
    await assert.rejects(hashFiles(scratch(), [gone]), (error: TransferLensError) => {
      assert.equal(error.notice.code, 'model.unreadable');
      assert.ok(error.message.startsWith(gone));
      return true;
    });
    const file = put(join(scratch(), 'm.onnx'), 'x');
    const hashing = hashFiles(scratch(), [file], AbortSignal.abort());
    await assert.rejects(hashing, { name: 'Cancelled' });
  });
});
