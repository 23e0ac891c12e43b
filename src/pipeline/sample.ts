import type { Dataset } from '../datasets/dataset.js';
import { random } from '../numerics/random.js';
import type { ScoreJob } from '../protocol/job.js';
import { failure } from '../protocol/notice.js';

/** Which samples of a dataset a run looks at. */
export interface Sample {
  /** Rows of the dataset, ascending. */
  rows: Int32Array;
  /** Name of the split they are from: train, val, test or all. */
  split: string;
  /** Rows of the split before sampling. */
  available: number;
}

/** Sample size by default: enough for a stable score, and for rare classes to be seen. */
function defaultSampleSize(classes: number): number {
  return Math.max(2000, 50 * classes);
}

/**
 * Chooses the rows that are scored: a split, a range of it, then a stratified sample.
 * The sample is seeded and nested: a larger one with the same seed contains the smaller one,
 * so that asking for more never repeats a forward pass.
 */
export function chooseSample(
  dataset: Pick<Dataset, 'path' | 'size' | 'splits' | 'labels' | 'classes'>,
  job: Pick<ScoreJob, 'split' | 'rows' | 'maxSamples' | 'seed'>,
): Sample {
  const { splits } = dataset;
  const split = job.split === 'auto' ? (splits?.includes('train') ? 'train' : 'all') : job.split;
  if (split !== 'all' && !splits?.includes(split))
    throw failure('dataset.noSplit', {
      file: dataset.path,
      split,
      found: splits ? [...new Set(splits)].join(', ') : 'none',
    });
  let rows: number[] = [];
  for (let i = 0; i < dataset.size; i++) if (split === 'all' || splits?.[i] === split) rows.push(i);
  const available = rows.length;
  if (job.rows) {
    const [from, to] = job.rows;
    if (from >= available || to <= from)
      throw failure('dataset.rowsOutside', {
        file: dataset.path,
        rows: `${from}:${to === Number.MAX_SAFE_INTEGER ? '' : to}`,
        n: available,
      });
    rows = rows.slice(from, to);
  }
  // Labels that are numbers count as one class.
  const classes = Math.max(1, dataset.classes.length);
  const most = job.maxSamples === 'auto' ? defaultSampleSize(classes) : job.maxSamples;
  if (most !== 'all' && rows.length > most)
    rows = stratified(rows, dataset.labels, classes, most, job.seed);
  return { rows: Int32Array.from(rows), split, available };
}

/** `size` of the rows, each class in proportion (largest remainder), at least one of each class. */
function stratified(
  rows: readonly number[],
  labels: Int32Array,
  classes: number,
  size: number,
  seed: number,
): number[] {
  const members: number[][] = Array.from({ length: classes }, () => []);
  for (const row of rows) members[labels[row]].push(row);
  const quota = members.map(m => (m.length * size) / rows.length);
  const take = quota.map((q, y) => (members[y].length > 0 ? Math.max(1, Math.floor(q)) : 0));
  const byRemainder = quota
    .map((q, y) => ({ y, remainder: q - Math.floor(q) }))
    .sort((a, b) => b.remainder - a.remainder || a.y - b.y);
  let missing = size - take.reduce((a, b) => a + b, 0);
  for (const { y } of byRemainder) {
    if (missing <= 0) break;
    if (take[y] < members[y].length) {
      take[y]++;
      missing--;
    }
  }
  const chosen: number[] = [];
  members.forEach((m, y) => {
    // A shuffle of its own for each class: how many are taken does not change which come first.
    const next = random(seed * 65_537 + y);
    for (let i = 0; i < take[y]; i++) {
      const j = i + Math.floor(next() * (m.length - i));
      [m[i], m[j]] = [m[j], m[i]];
      chosen.push(m[i]);
    }
  });
  return chosen.sort((a, b) => a - b);
}
