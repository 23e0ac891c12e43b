import assert from 'node:assert/strict';
import { choicesOf, rangesOffered, withChoice } from '../../../src/editor/datasetChoices.js';
import { noOptions } from '../../../src/protocol/datasetOptions.js';
import { notice } from '../../../src/protocol/notice.js';

describe('what a dataset leaves open', () => {
  it('is asked: which column is the label, what holds the content', () => {
    const which = choicesOf(
      notice('dataset.whichLabel', { file: '/a.csv', columns: 'fine_label, coarse_label' }),
    );
    assert.deepEqual(
      which?.map(c => c.options),
      [{ columns: { label: 'fine_label' } }, { columns: { label: 'coarse_label' } }],
    );
    const content = choicesOf(
      notice('dataset.noContentColumn', { file: '/a.csv', columns: 'a, b' }),
    );
    assert.deepEqual(
      content?.map(c => [c.as, c.column]),
      [
        ['image', 'a'],
        ['image', 'b'],
        ['text', 'a'],
        ['text', 'b'],
      ],
    );
    const folders = choicesOf(notice('dataset.holdsFolders', { file: '/a', names: 'x, y' }));
    assert.deepEqual(folders, [{ column: 'x, y', as: 'folders', options: { classes: true } }]);
    assert.equal(choicesOf(notice('dataset.emptyTable', { file: '/a.csv' })), null);
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
