import assert from 'node:assert/strict';
import type { Model } from '../../../src/models/model.js';
import type { DecodedBatch } from '../../../src/pipeline/decode.js';
import { type ForwardOptions, forward } from '../../../src/pipeline/forward.js';
import { openReader, openWriter, predictionsKey } from '../../../src/predictions/index.js';
import { Cancelled, notice } from '../../../src/protocol/notice.js';
import type { Preprocessing } from '../../../src/protocol/preprocessing.js';
import { scratch } from '../../support/scratch.js';

const plan: Preprocessing = {
  kind: 'image',
  channels: 1,
  height: 2,
  width: 2,
  resize: { mode: 'none' },
  resample: 'bilinear',
  crop: null,
  rescale: 1,
  mean: null,
  std: null,
  channelOrder: 'RGB',
  layout: 'NCHW',
};
/** Images of 2 x 2 whose pixels are their row number. */
const inputOf = (rows: number[]) => [
  {
    data: Float32Array.from(rows.flatMap(row => Array<number>(4).fill(row))),
    shape: [rows.length, 1, 2, 2],
  },
];
const hashOf = (row: number) => predictionsKey({ row });
const key = predictionsKey({ model: 'test' });

describe('the forward pass', () => {
  /** Passes 100 rows whose pixels are their row number through a model that says it; rows that `bad` names cannot be read. */
  async function pass(options: {
    bad?: (row: number) => boolean;
    decode?: ForwardOptions['decode'];
    batch?: number;
    signal?: AbortSignal;
    onProgress?: (done: number) => void;
  }) {
    const cache = scratch('forward');
    const writer = await openWriter(cache, key, {});
    const batches: number[] = [];
    const model: Model = {
      input: {
        kind: 'image',
        name: 'x',
        layout: 'NCHW',
        channels: 1,
        height: 2,
        width: 2,
        batch: options.batch ?? null,
        type: 'float32',
      },
      output: 'y',
      features: null,
      parameters: null,
      runtime: 'test 1',
      notices: [],
      run: async ([{ data, shape }]) => {
        const tensor = data as Float32Array;
        batches.push(shape[0]);
        assert.equal(tensor.length, 4 * shape[0]);
        const outputs = new Float32Array(2 * shape[0]);
        for (let k = 0; k < shape[0]; k++) outputs.set([tensor[4 * k], -tensor[4 * k + 3]], 2 * k);
        return { outputs, classes: 2, features: null, dimension: 0 };
      },
      close: async () => undefined,
    };
    const decode = async (rows: Int32Array, hashes: readonly string[]): Promise<DecodedBatch> => {
      const good = [...rows.keys()].filter(k => !options.bad?.(rows[k]));
      return {
        calls:
          good.length > 0
            ? [{ inputs: inputOf(good.map(k => rows[k])), hashes: good.map(k => hashes[k]) }]
            : [],
        failed: [...rows.keys()]
          .filter(k => !good.includes(k))
          .map(k => ({
            row: rows[k],
            hash: hashes[k],
            notice: notice('image.empty', { file: `${rows[k]}` }),
          })),
        remarks: [],
      };
    };
    const failed: number[] = [];
    const rows = Int32Array.from({ length: 100 }, (_, k) => k);
    try {
      const summary = await forward({
        model,
        plan,
        rows,
        hashes: Array.from(rows, hashOf),
        writer,
        decode: options.decode ?? decode,
        onProgress: options.onProgress ?? (() => undefined),
        onFailed: list => failed.push(...list.map(s => s.row)),
        onRemarked: () => undefined,
        signal: options.signal,
      });
      return { summary, batches, failed, stored: await storedIn(cache) };
    } catch (error) {
      return { error, batches, failed, stored: await storedIn(cache) };
    } finally {
      await writer.close();
    }
  }

  /** First output of each row that is in the store. */
  async function storedIn(cache: string): Promise<Map<number, number>> {
    const reader = await openReader(cache, key);
    const stored = new Map<number, number>();
    for (let row = 0; reader && row < 100; row++) {
      const at = reader.rowOf(hashOf(row));
      if (at < 0) continue;
      for await (const { values } of reader.outputs(Int32Array.of(at))) stored.set(row, values[0]);
    }
    reader?.close();
    return stored;
  }

  it('stores the outputs of every sample under its own hash, in batches that at most double', async () => {
    const { summary, batches, stored } = await pass({});
    assert.equal(summary?.images, 100);
    assert.equal(stored.size, 100);
    for (const [row, value] of stored) assert.equal(value, row);
    for (const [k, n] of batches.entries())
      if (k > 0) assert.ok(n <= 2 * Math.max(8, batches[k - 1]));
    assert.ok(batches.length < 13, `${batches}`);
  });
  it('leaves out samples that cannot be read, and says which', async () => {
    const { summary, failed, stored } = await pass({ bad: row => row % 7 === 3 || row < 9 });
    assert.equal(summary?.images, stored.size);
    assert.equal(failed.length + stored.size, 100);
    for (const [row, value] of stored) assert.equal(value, row);
    assert.ok(failed.includes(3) && failed.includes(94) && !stored.has(94));
  });
  it('runs nothing when no sample can be read', async () => {
    const { summary, batches, failed } = await pass({ bad: () => true });
    assert.deepEqual([summary?.images, batches.length, failed.length], [0, 0, 100]);
  });
  it('never asks for more than a fixed batch holds', async () => {
    const { batches, stored } = await pass({ batch: 3 });
    assert.equal(stored.size, 100);
    assert.ok(
      batches.slice(0, -1).every(n => n % 3 === 0),
      `${batches}`,
    );
  });
  it('ends with the failure of a decoder and keeps the batches before it', async () => {
    let asked = 0;
    const { error, stored } = await pass({
      decode: async (rows, hashes) => {
        if (++asked === 3) throw new Error('the decoder died');
        const calls = [{ inputs: inputOf([...rows]), hashes: [...hashes] }];
        return { calls, failed: [], remarks: [] };
      },
    });
    assert.match(String(error), /the decoder died/);
    assert.ok(stored.size >= 16, `${stored.size} are stored`);
  });
  it('stops between two batches when it is cancelled, with whole batches in the store', async () => {
    const abort = new AbortController();
    const { error, batches, stored } = await pass({
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    assert.ok(error instanceof Cancelled);
    assert.deepEqual([batches.length, stored.size], [1, batches[0]]);
  });
});
