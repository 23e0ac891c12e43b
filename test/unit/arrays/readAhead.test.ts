import assert from 'node:assert/strict';
import { type Bytes, EndsEarly } from '../../../src/arrays/bytes.js';
import { ReadAhead } from '../../../src/arrays/readAhead.js';

const size = 5_000_000;
const byteAt = (at: number) => (Math.imul(at, 2_654_435_761) >>> 24) & 255;

/** Bytes that know how often and how much was read of them. */
function source() {
  const reads: number[] = [];
  const bytes: Bytes = {
    size,
    read: async (target, at) => {
      if (at + target.length > size) throw new EndsEarly();
      reads.push(target.length);
      await new Promise(done => setImmediate(done));
      for (let k = 0; k < target.length; k++) target[k] = byteAt(at + k);
    },
    close: async () => undefined,
  };
  return { reads, ahead: new ReadAhead(bytes) };
}

async function check(ahead: ReadAhead, at: number, length: number): Promise<void> {
  const target = new Uint8Array(length);
  await ahead.read(target, at);
  assert.deepEqual(
    target,
    Uint8Array.from({ length }, (_, k) => byteAt(at + k)),
    `${length} at ${at}`,
  );
}

describe('reading ahead', () => {
  it('gives what is there: in order, eight at once, backwards, here and there', async () => {
    const { ahead } = source();
    for (let at = 0; at < 400_000; at += 8 * 3001)
      await Promise.all(Array.from({ length: 8 }, (_, k) => check(ahead, at + k * 3001, 3001)));
    for (let at = 300_000; at >= 0; at -= 7777) await check(ahead, at, 900);
    let state = 3;
    for (let k = 0; k < 300; k++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      await check(ahead, state % (size - 20_000), 1 + (state % 19_999));
    }
    await check(ahead, size - 10, 10);
    await check(ahead, 0, size);
  });

  it('takes few reads for what comes one after the other, and no more than is asked for otherwise', async () => {
    const one = source();
    for (let at = 0; at + 3000 < size; at += 3000) await check(one.ahead, at, 3000);
    assert.ok(one.reads.length < 30, `${one.reads.length} reads`);
    const other = source();
    for (let k = 1; k < 40; k++) await check(other.ahead, k * 120_000, 5000);
    assert.ok(other.reads.every(length => length <= 5000));
  });

  it('what lies beyond the end is refused before any memory is asked for', async () => {
    const { ahead, reads } = source();
    assert.throws(() => ahead.slice(10, 2 ** 50), EndsEarly);
    await assert.rejects(check(ahead, size - 5, 10), EndsEarly);
    assert.deepEqual(reads, []);
  });
});
