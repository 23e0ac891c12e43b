import type { CorrectedMeasure } from './measure.js';
import { nce } from './nce.js';

/** NCE less its mean under 20 seeded permutations of the labels, as null-corrected LEEP is. */
export const nceCorrected: CorrectedMeasure = {
  id: 'nceCorrected',
  name: 'NCE (corrected)',
  family: 'likelihood',
  hint: 'NCE less what it is on shuffled labels, which is fair to models with different numbers of classes. In nats, 0 is no signal; higher is better.',
  needs: 'outputs',
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  direction: 'higher',
  noSignal: 0,
  unit: 'nats',
  predicts: 'fine-tuning',
  cost: 'n Cs time, 20 n for each jackknife group, Ct Cs memory',
  validity: 'any number of samples',
  source:
    'Tran, Nguyen, Hassner: NCE, ICCV 2019 (arXiv 1908.08142), −H(Y|Z) less its permutation null',
  corrects: nce,
};
