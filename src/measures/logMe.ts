import { notice } from '../protocol/notice.js';
import type { FeatureMeasure } from './measure.js';
import { maximisedEvidence } from './parts/evidence.js';
import { type EvidenceNodes, evidenceNodes, evidenceWithout } from './parts/evidenceLeftOut.js';
import { oneHot, presentClasses, type Targets, targetsOf, turnedTargets } from './parts/targets.js';
import type { FeatureData } from './passes/featureData.js';
import { pairsMatter } from './passes/pairs.js';

/**
 * Logarithm of the maximum evidence of a linear model on the features for each class's indicator, or for each column of labels
 * that are numbers (as they are: a unit a thousand times as large takes ln 1000 off), per sample, averaged over classes or
 * columns. Features are neither centred nor scaled and there is no intercept, as published. The maximum itself is taken, by a grid
 * and Brent's method, not the published fixed point, which stops early; and for n < d it is the evidence, where public code
 * leaves out (d - n)/2 ln α.
 *
 * Without a group, q and the determinant are exact by the group's hat matrix, and the ratio r = α / β is sought again within half
 * a decade (one and a half where n <= d) of where each class has it with all samples: beyond, a maximum gains little. The change that
 * the group makes is right to about a hundredth.
 */
export const logMe: FeatureMeasure = {
  id: 'logMe',
  name: 'LogME',
  family: 'features',
  hint: 'How well a linear head on the model’s features explains your labels, overfitting accounted for. Log evidence in nats; higher is better.',
  needs: 'features',
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  direction: 'higher',
  predicts: 're-trained head',
  takesNumbers: true,
  cost: 'n d² + d³ + 300 Ct d time (n² d + n³ where n <= d), d² memory',
  validity: 'any number of samples, unless features reproduce the labels exactly',
  source:
    'You et al.: LogME, ICML 2021 (arXiv 2102.11005), equation 2 and algorithm 1, with the maximum of You et al., JMLR 23 (2022, arXiv 2110.10545)',

  pairs: pairsMatter,
  async fit(data) {
    const found = await maximisedEvidence(await turnedTargets(data), data);
    const value = mean(found.values);
    if (found.unbounded) return { value, doubt: notice('measure.exactFit', { n: data.n }) };
    let nodes: EvidenceNodes | null | undefined;
    return {
      value,
      without: async group => {
        if (nodes === undefined) nodes = evidenceNodes(found, await turnedTargets(data));
        return without(data, nodes, group);
      },
    };
  },
};

async function without(
  data: FeatureData,
  nodes: EvidenceNodes | null,
  group: number,
): Promise<number> {
  const set = data.without(group);
  const left = { n: set.n, set, ...(await leftTargets(data, set)) };
  const value = nodes && (await evidenceWithout(nodes, left, group, data));
  // What rounding does not allow by downdating is computed anew.
  return value ?? mean((await maximisedEvidence(await turnedTargets(set), set)).values);
}

/** What the evidence needs of the targets of what is left: the columns are those of all samples. */
async function leftTargets(
  data: FeatureData,
  set: FeatureData,
): Promise<{ energy: Float64Array; targets(): Promise<Targets> }> {
  const { numbers } = set;
  if (!numbers) {
    const classes = presentClasses(data);
    return {
      energy: Float64Array.from(classes, y => set.counts.ofClass[y]),
      targets: () => oneHot(set, classes),
    };
  }
  const { columns, values } = numbers;
  const energy = new Float64Array(columns);
  for (const row of set.rows)
    for (let c = 0; c < columns; c++) energy[c] += values[row * columns + c] ** 2;
  return { energy, targets: () => targetsOf(set) };
}

function mean(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
