import assert from 'node:assert/strict';
import {
  classifyOutputs,
  openReader,
  openWriter,
  probabilityBlocks,
  toProbabilities,
} from '../../../src/predictions/index.js';
import type { OutputKind } from '../../../src/protocol/preprocessing.js';
import { scratch } from '../../support/scratch.js';
import { idOf, range } from './samples.js';

let state = 1;
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

const logits = (columns: number) => range(0, columns).map(() => 8 * random() - 4);

/** As float16 stores it: 11 leading bits. */
function half(x: number): number {
  if (x === 0) return 0;
  const step = 2 ** Math.max(-24, Math.floor(Math.log2(Math.abs(x))) - 10);
  return Math.round(x / step) * step;
}

const softmax = (row: number[]) => [
  ...toProbabilities(Float32Array.from(row), row.length, 'logits'),
];

async function stored(rows: number[][]) {
  const cache = scratch();
  const key = 'd'.repeat(64);
  const writer = await openWriter(cache, key, {});
  const columns = rows[0].length;
  await writer.append(
    rows.map((_, i) => idOf(i)),
    Float32Array.from(rows.flat()),
    columns,
    null,
    0,
  );
  await writer.close();
  const reader = await openReader(cache, key);
  assert.ok(reader);
  return reader;
}

async function seen(rows: number[][]): Promise<{ kind: OutputKind; bad: number[] }> {
  const reader = await stored(rows);
  const { kind, nonFiniteRows } = await classifyOutputs(
    reader,
    Int32Array.from(range(0, rows.length)),
  );
  reader.close();
  return { kind, bad: [...nonFiniteRows] };
}

describe('kind of raw outputs', function () {
  this.timeout(10_000);

  const many = range(0, 50);
  const cases: Record<string, [OutputKind, number[][]]> = {
    'a softmax in float32': ['probabilities', many.map(() => softmax(logits(1000)))],
    'a softmax in float16': ['probabilities', many.map(() => softmax(logits(1000)).map(half))],
    'one-hot rows': ['probabilities', many.map(i => range(0, 10).map(c => Number(c === i % 10)))],
    'a softmax over two classes': ['probabilities', many.map(() => softmax(logits(2)))],
    logits: ['logits', many.map(() => logits(10))],
    'logits that happen to be positive': ['logits', many.map(() => logits(10).map(x => x + 5))],
    'log probabilities': ['logits', many.map(() => softmax(logits(10)).map(Math.log))],
    'masked logits': ['logits', many.map(() => [Number.NEGATIVE_INFINITY, ...logits(9)])],
    'outputs that are all zero': ['logits', many.map(() => new Array(10).fill(0))],
    sigmoids: ['sigmoids', many.map(() => logits(10).map(x => 1 / (1 + Math.exp(-x))))],
    'small sigmoids': ['sigmoids', many.map(() => logits(10).map(x => 1 / (1 + Math.exp(8 - x))))],
    'float32 rows that miss one by half a percent': [
      'sigmoids',
      many.map(() => softmax(logits(10)).map(p => 1.005 * p)),
    ],
    'a single row in [0, 1]': ['logits', [[0.5, 0.7, 0.1]]],
    'a single softmax': ['probabilities', [softmax(logits(5))]],
  };
  for (const [name, [kind, rows]] of Object.entries(cases))
    it(`${name}: ${kind}`, async () => {
      assert.deepEqual(await seen(rows), { kind, bad: [] });
    });

  it('is told by the finite rows, and the others are named by their position', async () => {
    const [nan, inf] = [Number.NaN, Number.POSITIVE_INFINITY];
    const rows = many.map(() => softmax(logits(3)));
    rows[0] = [nan, 0, 1];
    rows[7] = [0, inf, 1];
    rows[8] = [-inf, -inf, -inf];
    rows[49] = [inf, -inf, 0];
    assert.deepEqual(await seen(rows), { kind: 'probabilities', bad: [0, 7, 8, 49] });
    assert.deepEqual(await seen([[nan, nan]]), { kind: 'logits', bad: [0] });
  });
});

describe('dummy label distributions', function () {
  this.timeout(30_000);

  const close = (actual: Iterable<number>, expected: number[]) => {
    const values = [...actual];
    assert.equal(values.length, expected.length);
    const worst = expected.findIndex((x, k) => !(Math.abs(values[k] - x) < 1e-15));
    assert.equal(worst, -1, `${values[worst]} instead of ${expected[worst]}`);
  };

  it('softmax does not overflow, does not mind a shift, and gives masked classes nothing', () => {
    const of = (...row: number[]) => toProbabilities(Float32Array.from(row), row.length, 'logits');
    close(of(0, 0), [0.5, 0.5]);
    close(of(1e38, 1e38, -1e38), [0.5, 0.5, 0]);
    close(of(Number.NEGATIVE_INFINITY, 3, 3), [0, 0.5, 0.5]);
    close(of(1, 2, 4), [...of(-99, -98, -96)]);
    const e = Math.exp(1);
    close(of(0, 1), [1 / (1 + e), e / (1 + e)]);
  });

  it('probabilities stay as they are but for rounding below zero; sigmoids are divided by their sum', () => {
    const row = Float32Array.of(0.25, 0.75, -1e-8, 0.5, 0.25, 0.25, 0, 0, 0);
    close(toProbabilities(row.subarray(0, 3), 3, 'probabilities'), [0.25, 0.75, 0]);
    close(toProbabilities(row.subarray(3, 6), 3, 'sigmoids'), [0.5, 0.25, 0.25]);
    close(toProbabilities(row.subarray(6), 3, 'sigmoids'), [1 / 3, 1 / 3, 1 / 3]);
  });

  it('come in blocks, again at each iteration, in the order that is asked for', async () => {
    const rows = range(0, 1600).map(() => logits(700));
    const reader = await stored(rows);
    const wanted = Int32Array.from(range(0, 1600).reverse());
    const blocks = probabilityBlocks(reader, wanted, 'logits');
    for (let round = 0; round < 2; round++) {
      let at = 0;
      for await (const block of blocks) {
        assert.equal(block.start, at);
        assert.equal(block.probabilities.length, block.rows * 700);
        for (let i = 0; i < block.rows; i += 97) {
          const row = block.probabilities.subarray(i * 700, (i + 1) * 700);
          close(row, softmax(rows[wanted[at + i]]));
        }
        at += block.rows;
      }
      assert.equal(at, 1600);
    }
    reader.close();
  });
});
