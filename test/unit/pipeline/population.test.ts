import assert from 'node:assert/strict';
import { CommonPopulation, populationOf } from '../../../src/pipeline/population.js';

const samples = { rows: Int32Array.of(1, 3, 4, 6, 7), hashes: ['a', 'b', 'c', 'd', 'e'] };
const labels = Int32Array.of(9, 0, 9, 2, 2, 9, 5, 0);
const names = ['ant', 'bee', 'cat', 'dog', 'eel', 'fox'];
const without = (dropped: ReadonlySet<string>) =>
  populationOf(samples, { labels, classes: names, groups: null }, dropped, 0);

describe('the population of a run', () => {
  it('numbers the classes that have a sample, in the order of the dataset', () => {
    const all = without(new Set());
    assert.deepEqual(all.classes, ['ant', 'cat', 'fox']);
    assert.deepEqual([...all.labels], [0, 1, 1, 2, 0]);
    assert.deepEqual(all.hashes, samples.hashes);
    assert.equal(all.groups.length, 5);
  });
  it('leaves dropped samples out, and classes that lose all of theirs', () => {
    const left = without(new Set(['d', 'b']));
    assert.deepEqual(left.classes, ['ant', 'cat']);
    assert.deepEqual(left.hashes, ['a', 'c', 'e']);
    assert.deepEqual([...left.labels], [0, 1, 0]);
  });
  it('is one object until a model cannot use a sample that all others could', () => {
    const common = new CommonPopulation(without);
    const before = common.current;
    assert.ok(common.drop([]));
    assert.equal(common.current, before);
    assert.ok(common.drop(['b']));
    const after = common.current;
    assert.deepEqual(after.hashes, ['a', 'c', 'd', 'e']);
    assert.ok(common.drop(['b']));
    assert.equal(common.current, after);
  });
  it('is not changed by a model that would leave fewer than two classes', () => {
    const common = new CommonPopulation(without);
    const before = common.current;
    assert.equal(common.drop(['b', 'c', 'd']), false);
    assert.equal(common.current, before);
    assert.ok(common.drop(['d']));
    assert.deepEqual(common.current.hashes, ['a', 'b', 'c', 'e']);
  });
});
