import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../../../src/datasets/dataset.js';
import { openDataset } from '../../../src/datasets/open.js';
import { discover } from '../../../src/discovery/index.js';
import type { SampleContent } from '../../../src/protocol/content.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';
import { tarOf } from '../../support/tar.js';

/** What the library that made a dataset reads from it. */
interface Expected {
  content: Dataset['content'];
  classes: string[];
  /** Name of the class of each sample. */
  labels: string[];
  /** sha256 of an image's file, a text and its pair, or numbers. */
  samples: (string | (string | number | null)[])[];
  splits?: string[];
  groups?: string[];
  ids?: string[];
  names?: string[];
  notices?: string[];
}

const folder = join(root, 'test', 'fixtures', 'tables');
const expected: Record<string, Expected> = JSON.parse(
  readFileSync(join(folder, 'expected.json'), 'utf8'),
);

function plain(content: SampleContent): Expected['samples'][number] {
  switch (content.kind) {
    case 'encodedImage':
      return createHash('sha256').update(content.bytes).digest('hex');
    case 'text':
      return [content.text, content.pair];
    case 'numbers':
      return Array.from(content.values, x => (Number.isNaN(x) ? null : x));
    default:
      return content.kind;
  }
}

describe('each dataset of test/fixtures/tables is read as the library that made it reads it', () => {
  for (const [name, wanted] of Object.entries(expected))
    it(name, async () => {
      const dataset = await openDataset(join(folder, name));
      const all = Array.from({ length: dataset.size }, (_, i) => i);
      try {
        assert.equal(dataset.content, wanted.content);
        assert.deepEqual(dataset.classes, wanted.classes);
        assert.deepEqual(
          all.map(i => dataset.classes[dataset.labels[i]]),
          wanted.labels,
        );
        assert.deepEqual(dataset.splits, wanted.splits ?? null);
        const codes = wanted.groups && [...new Set(wanted.groups)];
        assert.deepEqual(
          dataset.groups && [...dataset.groups],
          wanted.groups?.map(group => codes?.indexOf(group)) ?? null,
        );
        assert.deepEqual(
          dataset.notices.map(n => n.code),
          // That groups were found is said.
          [...(wanted.notices ?? []), ...(wanted.groups ? ['dataset.groups'] : [])],
        );
        if (wanted.ids)
          assert.deepEqual(
            all.map(i => dataset.sampleId?.(i)),
            wanted.ids,
          );
        if (wanted.names)
          assert.deepEqual(
            all.map(i => dataset.sampleName(i)),
            wanted.names,
          );
        // Some at once and from the last to the first: any order gives the same.
        const read = await Promise.all(all.reverse().map(async i => plain(await dataset.read(i))));
        assert.deepEqual(read.reverse(), wanted.samples);
        assert.equal(new Set(all.map(i => dataset.sampleName(i))).size, dataset.size);
      } finally {
        await dataset.close?.();
      }
    });

  it('and found as one dataset each', async () => {
    const { datasets } = await discover(folder, { exclude: [] });
    const found = new Map(datasets.map(d => [d.path, d]));
    for (const [name, { content, classes, splits, labels }] of Object.entries(expected)) {
      const summary = found.get(join(folder, name)) ?? assert.fail(`${name} was not found`);
      assert.equal(summary.content, content, name);
      if (summary.classes !== null) assert.equal(summary.classes, classes.length, name);
      if (splits && summary.size === labels.length)
        assert.equal(summary.splits.train, splits.filter(s => s === 'train').length, name);
      found.delete(join(folder, name));
    }
    assert.deepEqual(
      [...found.keys()].map(path => path.slice(folder.length + 1)),
      [],
    );
  });
});

describe('texts in archives, each with its class', () => {
  it('are found as shards of a folder, and read', async () => {
    const folder = scratch('texts in archives');
    const shard = (name: string, from: number) => {
      const files = Array.from({ length: 6 }, (_, k): [string, Buffer][] => [
        [`${from + k}.cls`, Buffer.from(`${k % 2}`)],
        [`${from + k}.txt`, Buffer.from(` text ${from + k}\n`)],
      ]);
      put(join(folder, name), tarOf(files.flat()));
    };
    shard('train-000000.tar', 0);
    shard('test-000000.tar', 6);
    const { datasets } = await discover(folder, { exclude: [] });
    assert.deepEqual(
      datasets.map(({ path, layout, content }) => ({ path, layout, content })),
      [{ path: folder, layout: 'webDataset', content: 'text' }],
    );
    const dataset = await openDataset(folder);
    assert.deepEqual([dataset.size, dataset.classes], [12, ['0', '1']]);
    // As it stands: blanks may matter.
    const sample = await dataset.read(11);
    assert.deepEqual([sample.kind, sample.kind === 'text' && sample.text], ['text', ' text 11\n']);
    await dataset.close?.();
  });
});
