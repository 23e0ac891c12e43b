import type { ModelMeasure } from './measure.js';

/** The number of weights of a model. It knows nothing of the data: what a score adds is what it says beyond this. */
export const parameters: ModelMeasure = {
  id: 'parameters',
  name: 'Parameters',
  family: 'static',
  hint: 'Number of weights of the model: a baseline that looks at no data. More is better as far as size alone decides.',
  needs: 'model',
  range: [0, Number.POSITIVE_INFINITY],
  direction: 'higher',
  unit: 'count',
  predicts: 'fine-tuning',
  cost: 'none',
  validity: 'models of one family and one source; it knows nothing of the data',
  source:
    'Agostinelli et al. 2022 (arXiv 2204.01403) and others: the static baseline of benchmarks',
  value: facts => facts.parameters,
};
