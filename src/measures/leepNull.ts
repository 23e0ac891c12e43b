import { leep } from './leep.js';
import type { CorrectedMeasure } from './measure.js';

/**
 * LEEP less its mean under 20 seeded permutations of the labels: near 0 for a source that says nothing, whatever the number of
 * its classes, because what raw LEEP owes to having seen the samples is in both.
 */
export const leepNull: CorrectedMeasure = {
  id: 'leepNull',
  name: 'LEEP (corrected)',
  family: 'likelihood',
  hint: 'LEEP less what it is on shuffled labels, which is fair to models with different numbers of classes. In nats, 0 is no signal; higher is better.',
  needs: 'outputs',
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  direction: 'higher',
  noSignal: 0,
  unit: 'nats',
  predicts: 'fine-tuning',
  cost: '20 n Cs time for each jackknife group, Ct Cs memory',
  validity: 'any number of samples',
  source:
    'Nguyen et al.: LEEP, ICML 2020 (arXiv 2002.12462), the score T(θ, D) less its permutation null',
  corrects: leep,
};
