import { random } from '../../numerics/random.js';
import type { FeatureData } from '../passes/featureData.js';
import type { Neighbours } from './neighbours.js';

/** Times that all labels are drawn anew: the part of the variance that they tell is certain to 7 %. */
const draws = 200;
/** Neighbours that say what else a sample's label might have been; as many as are surely right (`neighbours.ts`). */
const like = 12;

/**
 * The variance of the accuracy of a vote among nearest neighbours. The jackknife is of no use for it: whether a majority is right is a matter
 * of six samples together, an interaction of k samples is counted k times, and its variance comes out three to four times too large.
 *
 * Whose neighbour a sample is, is held; its label is drawn anew, independently of all others, from those of the sample itself, its
 * twelve nearest and one sample of all, each equally likely. That tells how right answers vary together, because samples share their
 * voters: with h_i whether sample i is judged rightly, Σ_{i≠j} Cov(h_i, h_j) / n². To it comes what single answers vary by, wherever
 * in the space they are: a (1 - a) / n at accuracy a. What neglecting covariance by the features themselves costs is
 * in docs/calibration.md. Null where samples are not independent, or not all of them were asked for their neighbours.
 */
export async function voteVariance(
  { n, labels, clustered, pace }: FeatureData,
  { asked, nearest, width, sure }: Neighbours,
  accuracy: number,
  voting: (labels: Int32Array) => (q: number) => number,
): Promise<number | null> {
  if (clustered || asked.length < n || width === 0) return null;
  const next = random(1);
  const redrawn = new Int32Array(n);
  const vote = voting(redrawn);
  const hits = new Int32Array(n);
  let sum = 0;
  let squares = 0;
  for (let d = 0; d < draws; d++) {
    for (let i = 0; i < n; i++) {
      const known = Math.min(like, sure[i]);
      const of = Math.floor(next() * (known + 2));
      if (of < known) redrawn[i] = labels[nearest[i * width + of]];
      else redrawn[i] = labels[of === known ? i : Math.floor(next() * n)];
    }
    let right = 0;
    for (let i = 0; i < n; i++)
      if (vote(i) === redrawn[i]) {
        right++;
        hits[i]++;
      }
    sum += right;
    squares += right * right;
    if (pace.due(50 * n)) await pace.pause();
  }
  // Of the number of right answers, and of each alone.
  const together = (squares - (sum * sum) / draws) / (draws - 1);
  let alone = 0;
  for (const count of hits) alone += (count * (1 - count / draws)) / (draws - 1);
  const variance = (n * accuracy * (1 - accuracy) + together - alone) / n ** 2;
  return variance > 0 ? variance : null;
}
