import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset } from '../../../src/datasets/open.js';
import { discover } from '../../../src/discovery/index.js';
import { type DatasetOptions, noOptions } from '../../../src/protocol/datasetOptions.js';
import { root } from '../../support/referenceData.js';

interface Expected {
  content: 'image' | 'numbers';
  classes: string[];
  labels: number[];
  splits: string[] | null;
  groups: number[] | null;
  notices: string[];
  shape: number[];
  samples: number[][];
}

const folder = join(root, 'test', 'fixtures', 'arrayDatasets');
const expected: Record<string, Expected> = JSON.parse(
  readFileSync(join(folder, 'expected.json'), 'utf8'),
);

describe('each dataset of test/fixtures/arrayDatasets is read as its library reads it', () => {
  for (const [name, wanted] of Object.entries(expected))
    it(name, async () => {
      // CIFAR-100 has two kinds of labels, and none is taken unasked.
      const columns: DatasetOptions['columns'] = name === 'cifar100' ? { label: 'fine' } : {};
      const dataset = await openDataset(join(folder, name), { ...noOptions, columns });
      try {
        assert.equal(dataset.content, wanted.content);
        assert.deepEqual(dataset.classes, wanted.classes);
        assert.deepEqual([...dataset.labels], wanted.labels);
        assert.deepEqual(dataset.splits, wanted.splits);
        assert.deepEqual(dataset.groups && [...dataset.groups], wanted.groups);
        assert.deepEqual(
          dataset.notices.map(({ code }) => code),
          // That groups were found is said.
          [...wanted.notices, ...(wanted.groups ? ['dataset.groups'] : [])],
        );
        const names = new Set<string>();
        // From the last to the first: samples may be asked for in any order.
        for (let i = dataset.size - 1; i >= 0; i--) {
          names.add(dataset.sampleName(i));
          const sample = await dataset.read(i);
          if (sample.kind === 'numbers') {
            assert.deepEqual([...sample.values], wanted.samples[i]);
            continue;
          }
          assert.ok(sample.kind === 'pixels');
          const { height, width, channels } = sample;
          assert.deepEqual([height, width, channels], wanted.shape);
          assert.deepEqual([...sample.data], wanted.samples[i], `${name} ${i}`);
        }
        assert.equal(names.size, wanted.labels.length, 'each sample has a name of its own');
      } finally {
        await dataset.close?.();
      }
    });

  it('and found by discovery, once each, with as much of its size as headers tell', async () => {
    const { datasets, models } = await discover(folder, { exclude: [] });
    assert.deepEqual(models, []);
    const found = Object.keys(expected);
    assert.deepEqual(
      datasets.map(d => d.path).sort(),
      found.map(name => join(folder, name)).sort(),
    );
    for (const { path, size, splits, content } of datasets) {
      const wanted = expected[path.slice(folder.length + 1)];
      assert.equal(content, wanted.content);
      if (size === null) continue;
      assert.equal(size, wanted.labels.length, path);
      const counts: Record<string, number> = {};
      for (const split of wanted.splits ?? []) counts[split] = (counts[split] ?? 0) + 1;
      assert.deepEqual(splits, counts);
    }
  });
});

describe('what a user chooses of arrays', () => {
  it('the coarse labels of CIFAR-100', async () => {
    for (const label of ['coarse', 'coarse_label', 'coarse_labels']) {
      const options = { ...noOptions, columns: { label } };
      const dataset = await openDataset(join(folder, 'cifar100'), options);
      assert.deepEqual(dataset.classes, ['even', 'odd']);
      assert.deepEqual(
        [...dataset.labels],
        expected.cifar100.labels.map(y => y % 2),
      );
      await dataset.close?.();
    }
    const other = { ...noOptions, columns: { label: 'corse' } };
    await assert.rejects(openDataset(join(folder, 'cifar100'), other), /"corse".* fine, coarse/);
  });

  it('which numbers are black and white, and which arrays are meant', async () => {
    const options = {
      ...noOptions,
      columns: { image: 'data', label: 'target' },
      pixelRange: [16, 0] as [number, number],
    };
    const dataset = await openDataset(join(folder, 'sixteen.npz'), options);
    assert.deepEqual(dataset.notices, []);
    const sample = await dataset.read(0);
    assert.ok(sample.kind === 'pixels');
    const wanted = expected['sixteen.npz'].samples[0].map(x => 255 - x);
    sample.data.forEach((x, i) => {
      assert.ok(Math.abs(x - wanted[i]) <= 1);
    });
    await dataset.close?.();
  });

  it('numbers in the place of classes', async () => {
    const options = { ...noOptions, targets: ['y'] };
    const dataset = await openDataset(join(folder, 'nhwc.npz'), options);
    assert.deepEqual(dataset.numbers?.names, ['y']);
    assert.deepEqual([...(dataset.numbers?.values ?? [])], expected['nhwc.npz'].labels);
    await dataset.close?.();
  });
});
