import assert from 'node:assert/strict';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { datasetColumns, openDataset } from '../../../src/datasets/open.js';
import { discover } from '../../../src/discovery/index.js';
import { answersTo } from '../../../src/editor/datasetChoices.js';
import type { DatasetColumns } from '../../../src/protocol/datasetColumns.js';
import { type DatasetOptions, noOptions } from '../../../src/protocol/datasetOptions.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import { openNames } from '../../support/npz.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const fixtures = join(root, 'test', 'fixtures');

describe('what of a dataset is asked', () => {
  async function columns(path: string, options = noOptions): Promise<DatasetColumns> {
    const found = await datasetColumns(path, options);
    assert.ok(found);
    return found;
  }
  const code = (path: string, options?: DatasetOptions) =>
    openDataset(path, options).then(
      async dataset => {
        await dataset.close?.();
        return 'opened';
      },
      error => noticeOf(error).code,
    );
  const names = (question: 'label' | 'samples', found: DatasetColumns, label?: string) =>
    answersTo(question, found, label).map(({ column, role }) => `${column.name} ${role}`);

  it('of CIFAR-100: which labels, until it is chosen; of CIFAR-10 nothing', async () => {
    const path = join(fixtures, 'arrayDatasets', 'cifar100');
    assert.equal(await code(path), 'dataset.whichLabel');
    const found = await columns(path);
    assert.deepEqual(
      found.columns.map(({ name, classes }) => [name, classes]),
      [
        ['fine', 100],
        ['coarse', 20],
      ],
    );
    assert.equal(found.taken.label, undefined);
    const chosen = { ...noOptions, columns: { label: 'coarse' } };
    assert.equal((await columns(path, chosen)).taken.label, 'coarse');
    assert.deepEqual((await columns(join(fixtures, 'arrayDatasets', 'cifar10'))).columns, []);
  });

  it('of an archive whose arrays have names of their own: labels, and the samples of as many rows', async () => {
    const folder = scratch('asked');
    const path = put(join(folder, 'open.npz'), openNames());
    const { datasets } = await discover(folder, { exclude: [] });
    assert.deepEqual(
      datasets.map(({ path, size, content }) => ({ path, size, content })),
      [{ path, size: 12, content: 'image' }],
    );
    assert.equal(await code(path), 'dataset.noLabelledArrays');
    const found = await columns(path);
    assert.deepEqual(found.taken, { label: undefined, image: undefined });
    // `of_another` has other rows: neither samples nor labels go with it.
    assert.deepEqual(
      found.columns.map(({ name, about }) => `${name} ${about}`),
      ['target_ids uint8 [12]', 'images_a uint8 [12, 8, 8]', 'zs float32 [12, 5]'],
    );
    assert.deepEqual(names('label', found), ['target_ids label', 'zs label']);
    assert.deepEqual(names('samples', found, 'target_ids'), ['images_a image', 'zs image']);
    const chosen = { ...noOptions, columns: { label: 'target_ids', image: 'images_a' } };
    assert.equal(await code(path, chosen), 'opened');
    assert.deepEqual((await columns(path, chosen)).taken, chosen.columns);
  });

  it('of NumPy files in a folder, where the one that is meant has a name of its own', async () => {
    const folder = scratch('asked');
    const arrays = unzipSync(openNames());
    for (const [name, npy] of Object.entries(arrays)) put(join(folder, name), npy);
    const path = join(folder, 'images_a.npy');
    assert.equal(await code(path), 'dataset.noLabelledArrays');
    assert.deepEqual(names('label', await columns(path)), ['target_ids label', 'zs label']);
    const chosen = { ...noOptions, columns: { label: 'target_ids', image: 'images_a' } };
    assert.equal(await code(path, chosen), 'opened');
  });

  it('of HDF5, with what names tell', async () => {
    const found = await columns(join(fixtures, 'arrayDatasets', 'groups.h5'));
    assert.equal(found.kind, 'arrays');
    assert.deepEqual(Object.values(found.taken), ['train/labels', 'train/images']);
  });

  it('of tables: any column may be the label; some of its values are shown', async () => {
    const lines = Array.from({ length: 30 }, (_, k) => `a ${k},${k % 3},${k % 2 ? 'odd' : 'even'}`);
    const csv = `words,fine_label,coarse_label\n${lines.join('\n')}\n`;
    const path = put(join(scratch('asked'), 'two.csv'), csv);
    const found = await columns(path);
    assert.deepEqual(
      found.columns.map(({ name, about }) => `${name}: ${about}`),
      ['words: a 0, a 1, a 2, …', 'fine_label: 0, 1, 2', 'coarse_label: even, odd'],
    );
    assert.deepEqual(names('samples', found, 'coarse_label'), ['words text', 'words image']);
    // A usual name tells what the texts are: they are the last thing that will be the label.
    const named = put(join(scratch('asked'), 'named.csv'), csv.replace('words', 'text'));
    assert.deepEqual((await columns(named)).taken, {
      label: undefined,
      image: undefined,
      text: 'text',
    });
    assert.deepEqual(names('label', await columns(named)).at(-1), 'text label');
    const parquet = join(fixtures, 'datasets', 'parquet', 'images');
    const images = await columns(parquet);
    assert.deepEqual(images.taken, { label: 'label', image: 'image', text: undefined });
    assert.deepEqual(names('label', images), ['label label']);
  });

  it('of images in folders nothing', async () => {
    const path = join(root, 'samples', 'datasets', 'optdigits');
    assert.equal(await datasetColumns(path, noOptions), null);
  });
});
