import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import {
  cacheSize,
  clearCache,
  evict,
  openReader,
  openWriter,
} from '../../../src/predictions/index.js';
import { put, scratch } from '../../support/scratch.js';
import { append, collect, range } from './samples.js';

const keys = ['a', 'b', 'c', 'd'].map(letter => letter.repeat(64));

/** Predictions of four keys of equal size, used in this order. */
async function filled(): Promise<{ cache: string; each: number }> {
  const cache = scratch();
  for (const [k, key] of keys.entries()) {
    const writer = await openWriter(cache, key, {});
    await append(writer, range(0, 1000));
    await writer.close();
    const used = new Date(Date.now() - (10 - k) * 60_000);
    utimesSync(join(cache, 'predictions', key, 'meta.json'), used, used);
  }
  return { cache, each: (await cacheSize(cache)) / keys.length };
}

const left = (cache: string) => readdirSync(join(cache, 'predictions')).map(name => name[0]);

describe('eviction', function () {
  this.timeout(10_000);

  it('removes the least recently used until the limit holds', async () => {
    const { cache, each } = await filled();
    assert.ok(each > 1000 * (4 * 10 + 64));
    assert.equal(await evict(cache, 4 * each, new Set()), 0);
    assert.equal(await evict(cache, 2.5 * each, new Set()), 2 * each);
    assert.deepEqual(left(cache), ['c', 'd']);
    assert.equal(await cacheSize(cache), 2 * each);
  });

  it('counts reading and writing as use', async () => {
    const { cache, each } = await filled();
    (await openReader(cache, keys[0]))?.close();
    const writer = await openWriter(cache, keys[1], {});
    await writer.close();
    await evict(cache, 2 * each, new Set());
    assert.deepEqual(left(cache), ['a', 'b']);
  });

  it('keeps what it is told to, and what somebody is writing', async () => {
    const { cache } = await filled();
    const writer = await openWriter(cache, keys[1], {});
    await evict(cache, 0, new Set([keys[2]]));
    assert.deepEqual(left(cache), ['b', 'c']);
    await append(writer, range(1000, 1010));
    await writer.close();
    await evict(cache, 0, new Set());
    assert.deepEqual(left(cache), []);
  });

  it('lets a reader finish', async function () {
    if (process.platform === 'win32') this.skip();
    const { cache } = await filled();
    const reader = await openReader(cache, keys[0]);
    await evict(cache, 0, new Set());
    assert.equal(await openReader(cache, keys[0]), null);
    const { rows } = await collect(reader!.outputs(Int32Array.from(range(0, 1000))));
    assert.equal(rows[999][0], 999);
    reader?.close();
  });

  it('removes what a killed process left of its own eviction', async () => {
    const { cache, each } = await filled();
    put(join(cache, 'predictions', 'trash-1', 'outputs.npy'), 'x');
    assert.equal(await evict(cache, 10 * each, new Set()), 0);
    assert.deepEqual(left(cache), ['a', 'b', 'c', 'd']);
  });

  it('clears everything but what is not its own', async () => {
    const { cache } = await filled();
    put(join(cache, 'hashes', 'x.json'), '[]');
    put(join(cache, 'mine.txt'), 'mine');
    const size = await cacheSize(cache);
    assert.equal(await clearCache(cache), size);
    assert.equal(await cacheSize(cache), 0);
    assert.ok(existsSync(join(cache, 'mine.txt')));
  });

  it('has nothing to do where there is no store', async () => {
    const cache = join(scratch(), 'none');
    assert.equal(await cacheSize(cache), 0);
    assert.equal(await clearCache(cache), 0);
    assert.equal(await evict(cache, 0, new Set()), 0);
    mkdirSync(cache);
    assert.deepEqual(readdirSync(cache), []);
  });
});
