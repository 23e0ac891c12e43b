import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openReader, openWriter } from '../../../src/predictions/index.js';
import type { TransferLensError } from '../../../src/protocol/notice.js';
import { put, scratch } from '../../support/scratch.js';
import { append, classes, collect, dimension, outputOf, range } from './samples.js';

const key = 'e'.repeat(64);

/** A disk of a few KB, or null where this user may not mount one. */
function tinyDisk(kilobytes: number): string | null {
  const folder = scratch();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], {
      stdio: 'ignore',
    });
    return folder;
  } catch {
    return null;
  }
}

const hasCode = (code: string, cache: string) => (error: TransferLensError) => {
  assert.equal(error.notice?.code, code, String(error));
  assert.ok(error.message.startsWith(cache), error.message);
  return true;
};

describe('predictions store on a bad disk', function () {
  this.timeout(10_000);

  it('says that the disk is full, keeps whole batches and goes on when there is room (needs the right to mount a tmpfs)', async function () {
    const cache = tinyDisk(256);
    if (!cache) this.skip();
    try {
      const ballast = put(join(cache, 'ballast'), new Uint8Array(100_000));
      const writer = await openWriter(cache, key, {});
      const fill = async () => {
        for (;;) await append(writer, range(writer.count, writer.count + 10));
      };
      await assert.rejects(fill(), hasCode('store.full', cache));
      const kept = writer.count;
      assert.ok(kept > 0 && kept % 10 === 0);
      const reader = await openReader(cache, key);
      assert.equal(reader?.count, kept);
      const { rows } = await collect(reader!.outputs(Int32Array.of(kept - 1)));
      assert.deepEqual(
        rows[0],
        range(0, classes).map(c => outputOf(kept - 1, c)),
      );
      reader?.close();

      rmSync(ballast);
      await append(writer, range(kept, kept + 10));
      await writer.close();
      const again = await openWriter(cache, key, {});
      assert.equal(again.count, kept + 10);
      await again.close();
      await assert.rejects(
        async () => {
          for (let k = 0; ; k++) {
            const other = await openWriter(cache, `${k}`.padStart(64, '0'), {});
            await append(other, range(0, 50)).finally(() => other.close());
          }
        },
        hasCode('store.full', cache),
      );
    } finally {
      execFileSync('umount', [cache]);
    }
  });

  it('says that the cache folder cannot be written (needs to be or to become an ordinary user)', async function () {
    if (process.platform === 'win32') this.skip();
    const cache = scratch();
    chmodSync(cache, 0o555);
    const root = process.getuid?.() === 0;
    try {
      if (root) process.seteuid?.(65_534);
      await assert.rejects(openWriter(cache, key, {}), hasCode('store.unwritable', cache));
      assert.equal(await openReader(cache, key), null);
    } finally {
      if (root) process.seteuid?.(0);
      chmodSync(cache, 0o755);
    }
  });

  it('says that the cache folder is a file', async () => {
    const cache = put(join(scratch(), 'file'), '');
    await assert.rejects(openWriter(cache, key, {}), hasCode('store.unwritable', cache));
  });

  it('reads predictions that it may not change (needs to be or to become an ordinary user)', async function () {
    if (process.platform === 'win32') this.skip();
    const cache = scratch();
    const writer = await openWriter(cache, key, {});
    await append(writer, range(0, 5));
    await writer.close();
    chmodSync(cache, 0o555);
    const root = process.getuid?.() === 0;
    try {
      if (root) process.seteuid?.(65_534);
      const reader = await openReader(cache, key);
      assert.equal(reader?.count, 5);
      assert.equal(reader?.dimension, dimension);
      reader?.close();
    } finally {
      if (root) process.seteuid?.(0);
      chmodSync(cache, 0o755);
    }
  });
});
