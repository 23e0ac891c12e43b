import assert from 'node:assert/strict';
import { chooseSample } from '../../../src/pipeline/sample.js';
import type { Split } from '../../../src/protocol/found.js';

const dataset = (counts: number[], split?: (i: number) => Split) => {
  const labels = Int32Array.from(counts.flatMap((n, y) => Array<number>(n).fill(y)));
  return {
    path: '/data',
    size: labels.length,
    labels,
    classes: counts.map(String),
    splits: split ? Array.from(labels, (_, i) => split(i)) : null,
  };
};
const all = { split: 'auto', maxSamples: 'auto', seed: 0 } as const;
const perClass = (rows: Int32Array, labels: Int32Array, y: number) =>
  rows.filter(row => labels[row] === y).length;

describe('the sample of a run', () => {
  it('is everything below 2000 images, in the order of the dataset', () => {
    const { rows, available } = chooseSample(dataset([600, 400]), all);
    assert.deepEqual(
      [...rows],
      Array.from({ length: 1000 }, (_, i) => i),
    );
    assert.equal(available, 1000);
  });
  it('keeps the proportions of the classes and never loses a rare one', () => {
    const data = dataset([30_000, 9_990, 10]);
    const { rows, available } = chooseSample(data, all);
    assert.equal(rows.length, 2000);
    assert.equal(available, 40_000);
    assert.equal(perClass(rows, data.labels, 0), 1500);
    assert.equal(perClass(rows, data.labels, 2), 1);
    assert.equal(new Set(rows).size, 2000);
  });
  it('of a million rows in two splits is drawn in proportion', () => {
    const data = dataset([600_000, 390_000, 10_000], i => (i % 5 === 0 ? 'test' : 'train'));
    const { rows, available, split } = chooseSample(data, all);
    assert.deepEqual([rows.length, available, split], [2000, 800_000, 'train']);
    assert.deepEqual(
      [0, 1, 2].map(y => perClass(rows, data.labels, y)),
      [1200, 780, 20],
    );
    assert.ok(rows.every(row => row % 5 !== 0));
  });
  it('takes 50 a class where that is more', () => {
    const { rows } = chooseSample(dataset(Array<number>(100).fill(80)), all);
    assert.equal(rows.length, 5000);
  });
  it('is the same for the same seed and another for another', () => {
    const data = dataset([3000, 3000]);
    const of = (seed: number) => chooseSample(data, { ...all, seed }).rows;
    assert.deepEqual(of(1), of(1));
    assert.notDeepEqual(of(1), of(2));
  });
  it('is contained in a larger one of the same seed, so that nothing is computed twice', () => {
    const data = dataset([3000, 1000, 500]);
    const small = chooseSample(data, { ...all, maxSamples: 300 }).rows;
    const large = new Set(chooseSample(data, { ...all, maxSamples: 900 }).rows);
    const shared = small.filter(row => large.has(row)).length;
    assert.equal(shared, small.length);
  });
  it('scores train where there is one, another split when asked, and says which exist', () => {
    const data = dataset([30, 30], i => (i % 3 === 0 ? 'test' : 'train'));
    assert.equal(chooseSample(data, all).split, 'train');
    assert.equal(chooseSample(data, all).rows.length, 40);
    assert.equal(chooseSample(data, { ...all, split: 'test' }).rows.length, 20);
    assert.equal(chooseSample(data, { ...all, split: 'all' }).rows.length, 60);
    assert.throws(() => chooseSample(data, { ...all, split: 'val' }), /found: test, train/);
  });
  it('takes a range of rows of the split', () => {
    const { rows } = chooseSample(dataset([5, 5]), { ...all, rows: [3, 6] });
    assert.deepEqual([...rows], [3, 4, 5]);
    assert.throws(() => chooseSample(dataset([5, 5]), { ...all, rows: [10, 12] }), /10 rows/);
    const toTheEnd: [number, number] = [10, Number.MAX_SAFE_INTEGER];
    assert.throws(() => chooseSample(dataset([5, 5]), { ...all, rows: toTheEnd }), /rows 10: lie/);
  });
});
