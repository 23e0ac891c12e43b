import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openDataset } from '../../../src/datasets/open.js';
import { copiesAcrossSplits } from '../../../src/pipeline/copies.js';
import { ProgressTracker } from '../../../src/pipeline/progress.js';
import { openTarget } from '../../../src/pipeline/target.js';
import { noOptions } from '../../../src/protocol/datasetOptions.js';
import type { ScoreJob } from '../../../src/protocol/job.js';
import { put, scratch } from '../../support/scratch.js';

/** What is said of copies in a table of texts with these rows. */
async function said(rows: string[], split: string) {
  const folder = scratch('copies');
  const dataset = put(join(folder, 'texts.csv'), `text,label,split\n${rows.join('\n')}\n`);
  const job = { dataset, split, maxSamples: 'auto', seed: 0, options: noOptions } as ScoreJob;
  const progress = new ProgressTracker([], 1, () => undefined);
  const target = await openTarget(folder, job, progress);
  progress.stop();
  const found = await copiesAcrossSplits(folder, target, job);
  await target.dataset.close?.();
  return found && [found.code, found.params];
}

const own = (split: string, n: number) =>
  Array.from({ length: n }, (_, k) => `text ${k} of ${split},${k % 2 ? 'a' : 'b'},${split}`);
const rows = [
  ...own('train', 20),
  ...own('test', 10),
  'text 3 of train,a,test',
  'text 4 of train,b,test',
];

describe('copies across splits', () => {
  it('are found among the samples of other splits', async () => {
    assert.deepEqual(await said(rows, 'auto'), [
      'run.copiesElsewhere',
      { n: 2, of: 12, split: 'train', example: 'texts.csv#31' },
    ]);
    assert.equal((await said(rows, 'test'))?.[0], 'run.copiesElsewhere');
  });

  it('are found among all samples, where all are scored', async () => {
    assert.deepEqual(await said(rows, 'all'), [
      'run.copiesInSplits',
      { n: 2, example: 'texts.csv#31' },
    ]);
  });

  it('are not told of where there are none, or no splits', async () => {
    assert.equal(await said([...own('train', 20), ...own('test', 10)], 'auto'), null);
    // Twice in one split is no leak.
    assert.equal(await said([...own('train', 20), ...own('train', 20)], 'auto'), null);
    const folder = scratch('unsplit');
    const table = put(join(folder, 'a.csv'), 'text,label\nx y,a\nx y,b\n');
    assert.equal((await openDataset(table)).splits, null);
  });
});
