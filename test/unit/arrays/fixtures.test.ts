import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ArrayFile, type Numbers, rowSize } from '../../../src/arrays/array.js';
import { openPredictionFile } from '../../../src/arrays/open.js';
import { root } from '../../support/referenceData.js';

type Value = number | string | boolean;
type Expected = Record<string, Record<string, { shape: number[]; values: Value[] }>>;

const folder = join(root, 'test', 'fixtures', 'arrays');
const expected: Expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));

describe('each file of test/fixtures/arrays is read as the library that made it reads it', () => {
  for (const [name, arrays] of Object.entries(expected))
    it(name, async () => {
      const file = await openPredictionFile(join(folder, name));
      try {
        assert.deepEqual(file.arrays.map(a => a.name).sort(), Object.keys(arrays).sort());
        for (const [array, { shape, values }] of Object.entries(arrays))
          await check(file, array, shape, values);
      } finally {
        await file.close();
      }
    });
});

async function check(file: ArrayFile, name: string, shape: number[], values: Value[]) {
  const info = file.arrays.find(a => a.name === name) ?? assert.fail(name);
  assert.deepEqual(info.shape, shape, name);
  if (shape.length === 1) assert.deepEqual(await file.texts(name), values.map(String), name);
  if (info.type === 'text') return;
  const wanted = values.map(Number);
  assert.deepEqual(plain(await file.numbers(name, 0, shape[0])), wanted, name);
  // Row by row, from the last to the first: any order gives the same.
  const width = rowSize(info);
  for (let row = shape[0] - 1; row >= 0; row--)
    assert.deepEqual(
      plain(await file.numbers(name, row, row + 1)),
      wanted.slice(row * width, (row + 1) * width),
    );
}

function plain(values: Numbers): number[] {
  return Array.from(values as Iterable<number>);
}
