import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import { quality } from './parts/classification.js';
import { type Neighbours, neighboursOf, wanted } from './parts/neighbours.js';
import { voteVariance } from './parts/voteVariance.js';

/**
 * Accuracy of five nearest neighbours, each sample judged by the others: cosine of the raw features, majority of the five (all
 * others where there are fewer), among classes with as many votes the one whose nearest member is nearest. Similarities that differ
 * by less than 1e-12 are ties, and the sample that comes first wins. The literature leaves k, the metric and ties open; these
 * are decided here. Where n² d > 2e13 a seeded draw of the samples is judged, by all others; `details.judged` says how many.
 * Without a group it is exactly the value of the rest (of those of the draw that remain). Its variance is that of labels drawn anew
 * (`voteVariance.ts`).
 */
export const knn: FeatureMeasure = {
  id: 'knn',
  name: 'kNN',
  family: 'probe',
  hint: 'Share of your images whose five nearest others, in the model’s features, vote for the right label. Higher is better.',
  needs: 'features',
  range: [0, 1],
  direction: 'higher',
  predicts: 're-trained head',
  cost: 'n² d time, n memory',
  validity: 'any number of samples; a class of fewer than three can win no vote',
  source:
    'Cover and Hart: Nearest neighbor pattern classification, IEEE Transactions on Information Theory 13(1), 1967; as a measure by Bolya et al.: PARC, NeurIPS 2021 (arXiv 2111.06977)',
  // Where its own variance is not known: a majority of five is a matter of several samples, however many there are.
  pairs: () => true,
  async fit(data) {
    const { labels, targetClasses, groups, groupCount, n } = data;
    if (n < 2)
      return { value: Number.NaN, doubt: notice('measure.notFinite', { value: Number.NaN }) };
    const neighbours = await neighboursOf(data);
    const { asked } = neighbours;
    const vote = new Vote(neighbours, labels, groups, targetClasses);
    const truth = Int32Array.from(asked, i => labels[i]);
    const predicted = Int32Array.from(asked, (_, q) => vote.of(q, -1));
    const ofClass = new Int32Array(targetClasses);
    for (const y of truth) ofClass[y]++;
    const present = ofClass.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
    const details = quality(truth, predicted, { n: asked.length, ofClass, present });
    return {
      value: details.accuracy,
      details: { ...details, ...(asked.length < n ? { judged: asked.length } : {}) },
      ...(groupCount > 0
        ? {
            without(group) {
              let right = 0;
              let judged = 0;
              asked.forEach((i, q) => {
                if (groups[i] === group) return;
                judged++;
                if (vote.of(q, group) === labels[i]) right++;
              });
              return right / judged;
            },
            variance: async () =>
              voteVariance(data, neighbours, details.accuracy, redrawn => {
                const again = new Vote(neighbours, redrawn, groups, targetClasses);
                return q => again.of(q, -1);
              }),
          }
        : {}),
    };
  },
};

/** Votes of nearest neighbours outside a group. */
class Vote {
  private readonly votes: Int32Array;
  private readonly voters = new Int32Array(wanted);

  constructor(
    private readonly neighbours: Neighbours,
    private readonly labels: Int32Array,
    private readonly groups: Int32Array,
    targetClasses: number,
  ) {
    this.votes = new Int32Array(targetClasses);
  }

  /** The class that wins, or -1 where nobody votes. */
  of(q: number, without: number): number {
    const { votes, voters, groups, labels } = this;
    const { nearest, width, sure, outside } = this.neighbours;
    const other = outside.get(q);
    const list =
      other?.group === without ? other.nearest : nearest.subarray(q * width, q * width + sure[q]);
    let count = 0;
    for (let k = 0; k < list.length && count < wanted; k++)
      if (groups[list[k]] !== without) voters[count++] = labels[list[k]];
    let best = -1;
    // The nearest comes first, so it wins a tie.
    for (let k = 0; k < count; k++) votes[voters[k]]++;
    for (let k = 0; k < count; k++)
      if (best < 0 || votes[voters[k]] > votes[best]) best = voters[k];
    for (let k = 0; k < count; k++) votes[voters[k]] = 0;
    return best;
  }
}
