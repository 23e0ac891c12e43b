import assert from 'node:assert/strict';
import { matchRows, type Named } from '../../../src/pipeline/rowLookup.js';
import { TransferLensError } from '../../../src/protocol/notice.js';

/** A dataset of samples by name, in two classes. */
function dataset(names: string[], labels = names.map((_, k) => k % 2)): Named {
  return {
    size: names.length,
    classes: ['cat', 'dog'],
    labels: Int32Array.from(labels),
    sampleName: i => names[i],
  };
}

const names = ['cat/1.png', 'dog/2.png', 'cat/3.png', 'dog/4.png'];
const all = Int32Array.of(0, 1, 2, 3);

function match(
  given: { ids?: string[]; labels?: string[]; count?: number },
  data: Named = dataset(names),
  rows = all,
): number[] {
  const { ids = null, labels = null, count = ids?.length ?? labels?.length ?? 4 } = given;
  return Array.from(rows, matchRows('p.npz', data, { ids, labels, count }, rows));
}

function refusal(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof TransferLensError, String(error));
    return error.notice;
  }
  assert.fail('nothing was refused');
}

describe('rows of predictions belong to samples', () => {
  it('by order, where the counts agree', () => {
    assert.deepEqual(match({ count: 4 }), [0, 1, 2, 3]);
    const { code, message } = refusal(() => match({ count: 5 }));
    assert.equal(code, 'predictions.rowCount');
    assert.match(message, /5 rows.*4 samples/);
  });

  it('by id, in any order, with rows to spare', () => {
    assert.deepEqual(match({ ids: ['dog/4.png', 'other', ...names.slice(0, 3)] }), [2, 3, 4, 0]);
  });

  it('by paths of another machine, names alone and names without their ending', () => {
    assert.deepEqual(
      match({ ids: names.map(n => `/scratch/job7/data/${n}`).reverse() }),
      [3, 2, 1, 0],
    );
    assert.deepEqual(match({ ids: names.map(n => `.\\${n.replace('/', '\\')}`) }), [0, 1, 2, 3]);
    assert.deepEqual(match({ ids: ['4.png', '3.png', '2.png', '1.png'] }), [3, 2, 1, 0]);
    assert.deepEqual(match({ ids: ['4', '3', '2', '1'] }), [3, 2, 1, 0]);
  });

  it("by the dataset's own ids before its names", () => {
    const data = { ...dataset(names), sampleId: (i: number) => `id${i}` };
    assert.deepEqual(match({ ids: ['id3', 'id2', 'id1', 'id0'] }, data), [3, 2, 1, 0]);
  });

  it('only the samples that are asked for have to be there', () => {
    assert.deepEqual(match({ ids: [names[2]] }, dataset(names), Int32Array.of(2)), [0]);
  });

  it('never where an id is missing, comes twice, or names two samples', () => {
    assert.equal(refusal(() => match({ ids: names.slice(1) })).code, 'predictions.noId');
    assert.equal(refusal(() => match({ ids: [...names, names[0]] })).code, 'predictions.sameId');
    const same = dataset(['cat/1.png', 'dog/1.png']);
    const { code, message } = refusal(() => match({ ids: ['1.png'] }, same, Int32Array.of(0, 1)));
    assert.equal(code, 'predictions.ambiguous');
    assert.match(message, /cat\/1\.png.*dog\/1\.png/);
  });

  it('two samples that end alike are told apart by their folders, though ids begin elsewhere', () => {
    const same = dataset(['cat/1.png', 'dog/1.png']);
    assert.deepEqual(
      match({ ids: ['x/dog/1.png', 'x/cat/1.png'] }, same, Int32Array.of(0, 1)),
      [1, 0],
    );
  });

  it('only where labels agree, as names or as numbers', () => {
    assert.deepEqual(match({ labels: ['cat', 'dog', 'cat', 'dog'] }), [0, 1, 2, 3]);
    assert.deepEqual(match({ labels: ['0', '1', '0', '1'] }), [0, 1, 2, 3]);
    const { code, message } = refusal(() => match({ labels: ['cat', 'dog', 'dog', 'dog'] }));
    assert.equal(code, 'predictions.labels');
    assert.match(message, /1 of 4 rows.*"cat\/3\.png": "dog", not "cat"/);
    // Some as names and some as numbers agree with neither.
    assert.equal(
      refusal(() => match({ labels: ['cat', '1', 'cat', '1'] })).code,
      'predictions.labels',
    );
  });

  it('numbers that are names of classes are not mistaken for their places', () => {
    const numbered = { ...dataset(names), classes: ['1', '2'] };
    assert.deepEqual(match({ labels: ['1', '2', '1', '2'] }, numbered), [0, 1, 2, 3]);
    assert.equal(
      refusal(() => match({ labels: ['1', '1', '1', '1'] }, numbered)).code,
      'predictions.labels',
    );
  });

  it('labels that are numbers agree with one of the columns, up to rounding', () => {
    const measured = {
      ...dataset(names, [0, 0, 0, 0]),
      classes: [],
      numbers: { names: ['age', 'mass'], values: Float64Array.of(1, 0.1, 2, 0.2, 3, 0.3, 4, 0.4) },
    };
    const single = ['0.1', '0.2', '0.3', '0.4'].map(x => String(Math.fround(Number(x))));
    assert.deepEqual(match({ labels: single }, measured), [0, 1, 2, 3]);
    assert.deepEqual(match({ labels: ['1', '2', '3', '4'] }, measured), [0, 1, 2, 3]);
    const { code } = refusal(() => match({ labels: ['1', '2', '3', '5'] }, measured));
    assert.equal(code, 'predictions.labels');
  });
});
