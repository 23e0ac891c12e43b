import { leaveOneOut } from './leepLoo.js';
import type { OutputMeasure } from './measure.js';

/**
 * Leave-one-out LEEP with every target class counting alike: its mean over the samples of each class, then over the classes
 * that have one. Where classes are unbalanced, plain LEEP is mostly about the largest.
 */
export const leepBalanced: OutputMeasure = {
  id: 'leepBalanced',
  name: 'LEEP (balanced)',
  family: 'likelihood',
  hint: 'Leave-one-out LEEP with every class counting alike, however many images it has. In nats; higher is better.',
  needs: 'outputs',
  range: [Number.NEGATIVE_INFINITY, 0],
  direction: 'higher',
  unit: 'nats',
  predicts: 'fine-tuning',
  cost: 'n Cs time, Ct Cs memory',
  validity: 'any number of samples; a class with few of them weighs as much as one with many',
  source:
    'Nguyen et al.: LEEP, ICML 2020 (arXiv 2002.12462), the leave-one-out score averaged within target classes, then over them',
  likelihood: leaveOneOut,
  value: ({ counts, logLikelihood }) => {
    let sum = 0;
    logLikelihood.forEach((l, y) => {
      if (counts.ofClass[y] > 0) sum += l / counts.ofClass[y];
    });
    return sum / counts.present;
  },
};
