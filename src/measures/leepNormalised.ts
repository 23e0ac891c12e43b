import { leaveOneOut } from './leepLoo.js';
import type { OutputMeasure } from './measure.js';

/**
 * (leave-one-out LEEP + H(Y)) / H(Y): the share of the labels' entropy that the source explains, 0 for one that says nothing
 * and 1 for a perfect one, so that datasets with different classes compare. Below zero where it is worse than the class prior.
 */
export const leepNormalised: OutputMeasure = {
  id: 'leepNormalised',
  name: 'LEEP (normalised)',
  family: 'likelihood',
  hint: 'The share of what there is to know about your labels that leave-one-out LEEP finds in the model: 0 is nothing, 1 is all. Higher is better; can be compared between datasets.',
  needs: 'outputs',
  range: [Number.NEGATIVE_INFINITY, 1],
  direction: 'higher',
  noSignal: 0,
  predicts: 'fine-tuning',
  cost: 'n Cs time, Ct Cs memory',
  validity: 'any number of samples',
  source:
    'Nguyen et al.: LEEP, ICML 2020 (arXiv 2002.12462), the leave-one-out score between -H(Y) and 0',
  likelihood: leaveOneOut,
  value: ({ counts, logLikelihood, entropies }) =>
    1 + logLikelihood.reduce((a, b) => a + b, 0) / counts.n / entropies.target,
};
