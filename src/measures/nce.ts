import type { OutputMeasure } from './measure.js';
import { inSample } from './parts/optimism.js';

/**
 * NCE = -H(Y|Z) = H(Z) - H(Y, Z) of the plug-in counts of target class y and Z = argmax θ(x), the first maximum winning a tie.
 * In-sample like LEEP, and biased upwards like it; its interval is for its expected value at this sample size.
 */
export const nce: OutputMeasure = {
  id: 'nce',
  name: 'NCE',
  family: 'likelihood',
  hint: 'How well the model’s top class alone predicts your labels, as published: favours models with many classes when images are few. In nats; higher is better.',
  needs: 'outputs',
  range: [Number.NEGATIVE_INFINITY, 0],
  direction: 'higher',
  noSignal: '-H(Y)',
  unit: 'nats',
  predicts: 'fine-tuning',
  cost: 'n Cs time, Ct Cs memory',
  validity: 'few source classes in use against the samples: its entropies are those of the counts',
  source: 'Tran, Nguyen, Hassner: NCE, ICCV 2019 (arXiv 1908.08142), −H(Y|Z)',
  // Rounding must not lift a perfect source above zero.
  value: ({ entropies }) => Math.min(0, entropies.source - entropies.joint),
  invalid: regime => inSample(regime, regime.hardSourceClasses),
};
