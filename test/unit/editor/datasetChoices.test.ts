import assert from 'node:assert/strict';
import {
  answersTo,
  choicesOf,
  openColumns,
  rangesOffered,
  withChoice,
  withColumns,
} from '../../../src/editor/datasetChoices.js';
import { noOptions } from '../../../src/protocol/datasetOptions.js';
import { notice } from '../../../src/protocol/notice.js';

describe('what a dataset leaves open', () => {
  it('is asked: which column is the label, what holds the samples', () => {
    assert.deepEqual(
      openColumns(notice('dataset.whichLabel', { file: '/a.csv', columns: 'fine, coarse' })),
      { questions: ['label'], among: ['fine', 'coarse'] },
    );
    assert.deepEqual(
      openColumns(notice('dataset.noLabelledArrays', { file: '/a.npz', arrays: 'a [2]' })),
      { questions: ['label', 'samples'] },
    );
    assert.equal(openColumns(notice('dataset.emptyTable', { file: '/a.csv' })), null);
    const folders = choicesOf(notice('dataset.holdsFolders', { file: '/a', names: 'x, y' }));
    assert.deepEqual(folders, [{ column: 'x, y', as: 'folders', options: { classes: true } }]);
    assert.equal(choicesOf(notice('dataset.emptyTable', { file: '/a.csv' })), null);
  });

  it('has samples of as many rows as the labels for an answer', () => {
    const of = (name: string, rows: number, ...roles: ('label' | 'image')[]) => ({
      ...{ name, rows, roles, about: '' },
    });
    const columns = [of('a', 3, 'label'), of('b', 3, 'label', 'image'), of('c', 4, 'image')];
    const found = { columns, taken: {} };
    const named = (question: 'label' | 'samples', label?: string) =>
      answersTo(question, found, label).map(({ column }) => column.name);
    assert.deepEqual(named('label'), ['a', 'b']);
    assert.deepEqual(named('samples', 'a'), ['b']);
    assert.deepEqual(named('samples', 'b'), []);
    const texts = { columns: columns.toReversed(), taken: { image: 'b' } };
    const last = answersTo('label', texts).map(({ column }) => column.name);
    assert.deepEqual(last, ['a', 'b']);
  });

  it('takes the place of what was chosen for the same', () => {
    const of = (name: string, role: 'label' | 'image' | 'text') => ({
      ...{ column: { name, roles: [role], about: '' }, role },
    });
    const before = { ...noOptions, columns: { label: 'y', text: 'title', id: 'key' } };
    assert.deepEqual(withColumns(before, [of('z', 'label')]).columns, {
      ...{ label: 'z', text: 'title', id: 'key' },
    });
    assert.deepEqual(withColumns(before, [of('scan', 'image')]).columns, {
      ...{ label: 'y', image: 'scan', id: 'key' },
    });
    // That a label is numbers, or classes all the same, was said of that label.
    const numbers = { ...before, targets: ['y'], classes: true };
    const other = withColumns(numbers, [of('z', 'label')]);
    assert.deepEqual([other.targets, other.classes], [[], false]);
    assert.equal(withColumns({ ...before, classes: true }, [of('y', 'label')]).classes, true);
  });

  it('adds to what was chosen before', () => {
    const [numbers, classes] =
      choicesOf(notice('dataset.continuous', { file: '/a.csv', column: 'age', n: 80 })) ?? [];
    const before = { ...noOptions, columns: { label: 'age', text: 'title' } };
    assert.deepEqual(withChoice(before, numbers), { ...before, targets: ['age'] });
    assert.deepEqual(withChoice(before, classes), { ...before, classes: true });
  });

  it('is, of pixels, what was taken, what their values are, and what files mostly hold', () => {
    const params = { file: '/a.npz', array: 'x', low: 0, high: 12, black: 0, white: 15 };
    const usual = [
      [0, 255],
      [0, 1],
      [-1, 1],
    ];
    assert.deepEqual(rangesOffered(params), [[0, 15], [0, 12], ...usual]);
    assert.deepEqual(rangesOffered(params, [1, 0]), [[1, 0], [0, 12], ...usual]);
    assert.deepEqual(rangesOffered({ low: -1, high: 1, black: -1, white: 1 }), [
      [-1, 1],
      [0, 255],
      [0, 1],
    ]);
    assert.deepEqual(rangesOffered({}), usual);
  });
});
