import type { ModelMeasure } from './measure.js';

/** A model's accuracy on its own source task (ImageNet top-1, say), where the sidecar gives it: the strongest static baseline. */
export const sourceAccuracy: ModelMeasure = {
  id: 'sourceAccuracy',
  name: 'Source accuracy',
  family: 'static',
  hint: 'Accuracy on the task that the model was trained for, where its sidecar file gives it: a baseline that looks at no data. Higher is better.',
  needs: 'model',
  range: [0, 1],
  direction: 'higher',
  predicts: 'fine-tuning',
  cost: 'none',
  validity: 'models of one family and one source; it knows nothing of the data',
  source:
    'Agostinelli et al. 2022 (arXiv 2204.01403) and others: the static baseline of benchmarks',
  value: facts => facts.sourceAccuracy,
};
