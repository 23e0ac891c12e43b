import assert from 'node:assert/strict';
import { openReader, openWriter } from '../../../src/predictions/index.js';
import { scratch } from '../../support/scratch.js';

describe('predictions without outputs', () => {
  it('are kept, resumed and read like others', async () => {
    const cache = scratch('alone');
    const id = (k: number) => String(k).repeat(64);
    const append = async (k: number) => {
      const writer = await openWriter(cache, 'key', {}, undefined, () => undefined);
      assert.equal(writer.count, k);
      await writer.append([id(k)], new Float32Array(), 0, Float32Array.of(k, k + 0.5), 2);
      await writer.close();
    };
    await append(0);
    await append(1);
    const reader = await openReader(cache, 'key');
    assert.ok(reader);
    assert.deepEqual([reader.count, reader.classes, reader.dimension], [2, 0, 2]);
    for await (const { values } of reader.features(Int32Array.of(1, 0)))
      assert.deepEqual([...values], [1, 1.5, 0, 0.5]);
    reader.close();
  });
});
