import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Dataset } from '../../../src/datasets/dataset.js';
import { openDataset } from '../../../src/datasets/open.js';
import type { ContentKind, SampleContent } from '../../../src/protocol/content.js';
import { type DatasetOptions, noOptions } from '../../../src/protocol/datasetOptions.js';
import type { Preprocessing } from '../../../src/protocol/preprocessing.js';
import { importsOf, pythonSamples } from '../../../src/report/next/samples.js';
import { facts, rowsOfNumbers, texts } from '../../support/nextFacts.js';
import { pythonWith } from '../../support/python.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const plans: Partial<Record<ContentKind, Preprocessing>> = { text: texts, numbers: rowsOfNumbers };

/** Python of a script reads what is read here: the samples of the training split with their labels, in their order. */
describe('the samples of a script for the first of a ranking', () => {
  const needs = '(needs Python with pyarrow and h5py)';
  const modules = ['numpy', 'PIL', 'pyarrow', 'h5py'] as const;
  let folder: string | null = null;
  let images = '';

  before(function () {
    this.timeout(60_000);
    const command = pythonWith(...modules);
    if (!command) return;
    [folder, images] = [scratch('next data'), scratch('next images')];
    for (const digit of ['0', '1', '2']) {
      const from = join(root, 'samples', 'datasets', 'optdigits', digit);
      mkdirSync(join(images, digit));
      for (const file of readdirSync(from).slice(0, 12))
        cpSync(join(from, file), join(images, digit, file));
    }
    execFileSync(command, [join(root, 'test', 'support', 'nextData.py'), images, folder]);
  });

  /** A sample as one value: the text, or the sum of an image's grey levels. */
  async function summary(content: SampleContent): Promise<unknown> {
    if (content.kind === 'text')
      return content.pair === null ? content.text : [content.text, content.pair];
    if (content.kind === 'numbers') return [...content.values];
    if (content.kind === 'pixels')
      return content.data.reduce((a, b) => a + b, 0) / content.channels;
    assert.equal(content.kind, 'encodedImage');
    const { data } = await sharp((content as { bytes: Uint8Array }).bytes)
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return data.reduce((a, b) => a + b, 0);
  }

  async function expected(dataset: Dataset): Promise<unknown[]> {
    const found: unknown[] = [];
    for (let i = 0; i < dataset.size; i++)
      if (dataset.splits === null || dataset.splits[i] === 'train')
        found.push([await summary(await dataset.read(i)), dataset.labels[i]]);
    return found;
  }

  const cases: Record<string, () => string> = {
    'a CSV file with splits': () => join(images, 'digits.csv'),
    'a TSV file': () => join(images, 'digits.tsv'),
    'JSON Lines with classes as numbers': () => join(images, 'digits.jsonl'),
    'Parquet shards of Hugging Face': () => join(folder ?? '', 'hub'),
    'a NumPy archive with splits': () => join(folder ?? '', 'grey.npz'),
    'a NumPy archive of real numbers, channels first': () => join(folder ?? '', 'planes.npz'),
    'a set of NumPy files': () => join(folder ?? '', 'set', 'images.npy'),
    HDF5: () => join(folder ?? '', 'digits.h5'),
    'IDX, gzipped': () => join(folder ?? '', 'idx', 'train-images-idx3-ubyte.gz'),
    'CIFAR, binary': () => join(folder ?? '', 'cifar'),
    'WebDataset shards': () => join(folder ?? '', 'shards'),
    'pairs of texts in CSV': () => join(folder ?? '', 'pairs.csv'),
    'texts in JSON Lines': () => join(folder ?? '', 'texts.jsonl'),
    'texts in WebDataset shards': () => join(folder ?? '', 'texts'),
    'numbers in CSV': () => join(folder ?? '', 'numbers.csv'),
    'numbers in Parquet, labels of two truths': () => join(folder ?? '', 'numbers.parquet'),
    'rows of an array, labels as fractions': () => join(folder ?? '', 'whole.npz'),
    'rows of an array, labels of two truths': () => join(folder ?? '', 'flags.npz'),
    'rows of an array, one-hot labels': () => join(folder ?? '', 'onehot.npz'),
  };
  for (const [name, path] of Object.entries(cases))
    it(`${name} ${needs}`, async function () {
      const command = pythonWith(...modules);
      if (!command || !folder) return this.skip();
      const columns: DatasetOptions['columns'] = /one-hot/.test(name)
        ? { image: 'x', label: 'y' }
        : {};
      const dataset = await openDataset(path(), { ...noOptions, columns });
      try {
        const { classes, reading = null, layout } = dataset;
        assert.ok(reading, layout);
        const { content } = dataset;
        const given = facts(plans[content] ? { plan: plans[content] } : {}, {
          path: path(),
          classes,
          reading,
          layout,
        });
        const value = {
          ...{ text: 'place', numbers: '[float(x) for x in place]', row: '' },
          image: 'int(np.asarray(opened(place).convert("L"), int).sum())',
        }[content];
        const script = `${importsOf(given('fineTune'), ['json'])}import numpy as np
from PIL import Image

${pythonSamples(given('fineTune')).text}
print(json.dumps([[${value}, label] for place, label in samples]))
`;
        const file = put(join(scratch('run'), 'samples.py'), script);
        const found: unknown = JSON.parse(execFileSync(command, [file], { encoding: 'utf8' }));
        assert.deepEqual(found, await expected(dataset));
        assert.ok((found as unknown[]).length >= 20);
      } finally {
        await dataset.close?.();
      }
    }).timeout(60_000);
});
