import assert from 'node:assert/strict';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { openDataset } from '../../../src/datasets/open.js';
import { sniffModel } from '../../../src/models/index.js';
import { openModel } from '../../../src/models/open.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import { npyHeader, npyOf } from '../../support/npz.js';
import { put, scratch } from '../../support/scratch.js';

/** Values of an array as NumPy saves them, and their shape. */
type Saved = [shape: string, values: number[] | string, descr?: string];

const rows = 4;
const wide: Saved = [`(${rows}, 3)`, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]];
const labels: Saved = [`(${rows},)`, [0, 1, 2, 0]];

function saved(name: string, arrays: Record<string, Saved>): string {
  const files = Object.entries(arrays).map(([array, [shape, values, descr]]) => {
    const data =
      typeof values === 'string'
        ? Buffer.from(values)
        : Buffer.from(Float32Array.from(values).buffer);
    return [`${array}.npy`, npyOf(npyHeader(shape, descr), data)] as const;
  });
  return put(join(scratch('predictions'), name), zipSync(Object.fromEntries(files)));
}

/** Outputs and features of the first two rows, as far as there are. */
async function firstRows(path: string) {
  const model = await openModel(path, { threads: 1 });
  try {
    const { outputs, classes, features, dimension } = await model.run([
      { data: Int32Array.from([0, 1]), shape: [2] },
    ]);
    const plain = (values: Float32Array | null) => Array.from(values ?? [], v => Math.fround(v));
    return { outputs: plain(outputs), classes, features: plain(features), dimension };
  } finally {
    await model.close();
  }
}

describe('predictions as PyTorch and JAX save them', () => {
  const scores: [string, Saved, number[]][] = [
    ['logits', wide, [1, 2, 3, 4, 5, 6]],
    // Axes that a network keeps behind its pooling.
    ['logits', [`(${rows}, 1, 3)`, wide[1]], [1, 2, 3, 4, 5, 6]],
    ['logits', [`(${rows}, 3, 1, 1)`, wide[1]], [1, 2, 3, 4, 5, 6]],
    ['log_probs', wide, [1, 2, 3, 4, 5, 6]],
    ['predictions', wide, [1, 2, 3, 4, 5, 6]],
    // A binary classifier gives one number: that of its second class.
    ['probs', [`(${rows},)`, [0.25, 0.5, 1, 0]], [0.75, 0.25, 0.5, 0.5]],
    ['probs', [`(${rows}, 1)`, [0.25, 0.5, 1, 0]], [0.75, 0.25, 0.5, 0.5]],
    ['logits', [`(${rows},)`, [2, -3, 0, 1]], [0, 2, 0, -3]],
  ];
  for (const [name, array, outputs] of scores)
    it(`"${name}" of shape ${array[0]} are outputs`, async () => {
      const path = saved('outputs.npz', { [name]: array, labels });
      assert.equal((await sniffModel(path))?.labelled, true);
      const given = await firstRows(path);
      assert.deepEqual([given.outputs, given.classes], [outputs, outputs.length / 2]);
    });

  it('features with axes of length one behind them are rows', async () => {
    const path = saved('f.npz', { logits: wide, features: [`(${rows}, 3, 1, 1)`, wide[1]] });
    const { features, dimension } = await firstRows(path);
    assert.deepEqual([features, dimension], [[1, 2, 3, 4, 5, 6], 3]);
  });

  it('labels are numbers, names, or one-hot rows', async () => {
    for (const [array, classes] of [
      [labels, ['0', '1', '2']],
      [
        [`(${rows}, 3)`, [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0]],
        ['0', '1', '2'],
      ],
      [
        [`(${rows},)`, 'catdogcowcat', "'|S3'"],
        ['cat', 'cow', 'dog'],
      ],
    ] as [Saved, string[]][]) {
      const path = saved('labels.npz', { logits: wide, labels: array });
      const { classes: found, labels: codes } = await openDataset(path, {
        ...{ columns: {}, targets: [], classes: false },
      });
      assert.deepEqual(found, classes);
      assert.equal(codes[0], codes[3]);
      assert.equal(new Set(codes).size, 3);
    }
  });

  const refused: [string, Record<string, Saved>, string][] = [
    ['Python objects', { logits: [`(${rows}, 3)`, '', "'|O'"], labels }, 'arrays.objects'],
    ['percents', { probs: [`(${rows}, 3)`, wide[1]], labels }, 'predictions.noProbability'],
    [
      'features as maps',
      { logits: wide, features: [`(${rows}, 1, 2, 2)`, wide[1].slice(0, 16)] },
      'predictions.shape',
    ],
  ];
  for (const [what, arrays, code] of refused)
    it(`${what} are refused by name`, async () => {
      await assert.rejects(firstRows(saved('bad.npz', arrays)), error => {
        assert.equal(noticeOf(error).code, code);
        return true;
      });
    });

  const unlabelled: [string, Saved, string][] = [
    ['shares of classes', [`(${rows}, 3)`, wide[1].slice() as number[]], 'arrays.notOneHot'],
    ['no number', [`(${rows},)`, [0, Number.NaN, 1, 2]], 'arrays.noLabel'],
    ['Python objects', [`(${rows},)`, '', "'|O'"], 'arrays.objects'],
  ];
  for (const [what, array, code] of unlabelled)
    it(`labels that are ${what} are refused by name`, async () => {
      const path = saved('unlabelled.npz', { logits: wide, labels: array });
      const opened = openDataset(path, { columns: {}, targets: [], classes: false });
      await assert.rejects(opened, error => {
        assert.equal(noticeOf(error).code, code);
        return true;
      });
    });
});
