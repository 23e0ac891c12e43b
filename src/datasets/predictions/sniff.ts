import { predictionsName } from '../../arrays/predictions.js';
import { peekPredictions } from '../../arrays/sniff.js';
import type { DatasetSummary } from '../../protocol/found.js';
import type { DatasetLayout, FoundEntry } from '../dataset.js';

export const predictionRows: DatasetLayout = {
  id: 'predictions',
  name: 'Predictions with labels',
  files: 'a file of predictions that has an array `labels`: its own rows are the samples',
  sniff,
};

/** Only what is predictions and has labels: what is given to the models is a dataset of its own. */
async function sniff({ path, kind }: FoundEntry): Promise<DatasetSummary | null> {
  const peeked = kind === 'file' ? await peekPredictions(path) : null;
  if (!peeked?.labelled) return null;
  return {
    path,
    name: predictionsName(path),
    layout: 'predictions',
    content: 'row',
    classes: null,
    size: null,
    splits: {},
  };
}
