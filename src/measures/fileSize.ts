import type { ModelMeasure } from './measure.js';

/** Bytes of a model's files: what `parameters` is, for models whose weights cannot be counted. */
export const fileSize: ModelMeasure = {
  id: 'fileSize',
  name: 'File size',
  family: 'static',
  hint: 'Size of the model’s files: a baseline that looks at no data. More is better as far as size alone decides.',
  needs: 'model',
  range: [0, Number.POSITIVE_INFINITY],
  direction: 'higher',
  unit: 'bytes',
  predicts: 'fine-tuning',
  cost: 'none',
  validity: 'models of one family and one source; it knows nothing of the data',
  source:
    'Agostinelli et al. 2022 (arXiv 2204.01403) and others: the static baseline of benchmarks',
  value: facts => facts.fileSize,
};
