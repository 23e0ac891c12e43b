import type { Dataset } from '../datasets/dataset.js';
import { random, shuffle } from '../numerics/random.js';
import { hashSamples } from '../predictions/index.js';
import type { ScoreJob } from '../protocol/job.js';
import { type Notice, notice } from '../protocol/notice.js';
import type { Target } from './target.js';

/** Samples of other splits that are read to look for copies: about as many as are scored by default. */
const mostLooked = 2000;

/**
 * Samples that occur in more than one split with the same content: whoever trains on one and tests on the other tests what was
 * learnt by heart. Known for free where all splits are scored; otherwise a seeded sample of the other splits is read, which goes on
 * while models run. Null where nothing was found, or there is one split only.
 */
export async function copiesAcrossSplits(
  cache: string,
  { dataset, sample, samples, owner }: Target,
  { seed }: Pick<ScoreJob, 'seed'>,
  signal?: AbortSignal,
): Promise<Notice | null> {
  const { splits } = dataset;
  if (!splits) return null;
  if (sample.split === 'all') return among(dataset, samples, splits);
  const rows: number[] = [];
  splits.forEach((split, row) => {
    if (split !== sample.split) rows.push(row);
  });
  if (rows.length === 0) return null;
  const looked = shuffle(Int32Array.from(rows), random(seed)).slice(0, mostLooked).sort();
  const others = await hashSamples(cache, dataset, looked, signal, owner);
  const scored = new Set(samples.hashes);
  const found = [...others.samples.rows].filter((_, k) => scored.has(others.samples.hashes[k]));
  if (found.length === 0) return null;
  return notice('run.copiesElsewhere', {
    n: found.length,
    of: others.samples.rows.length,
    split: sample.split,
    example: dataset.sampleName(found[0]),
  });
}

function among(
  dataset: Dataset,
  { rows, hashes }: Target['samples'],
  splits: NonNullable<Dataset['splits']>,
): Notice | null {
  const first = new Map<string, number>();
  const found: number[] = [];
  hashes.forEach((hash, k) => {
    const before = first.get(hash);
    if (before === undefined) first.set(hash, rows[k]);
    else if (splits[before] !== splits[rows[k]]) found.push(rows[k]);
  });
  if (found.length === 0) return null;
  const example = dataset.sampleName(found[0]);
  return notice('run.copiesInSplits', { n: found.length, example });
}
