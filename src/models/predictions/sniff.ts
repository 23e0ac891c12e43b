import { predictionsName } from '../../arrays/predictions.js';
import { peekPredictions } from '../../arrays/sniff.js';
import type { ModelSummary } from '../../protocol/found.js';
import type { ModelFormat } from '../model.js';

export const predictions: ModelFormat = {
  id: 'predictions',
  name: 'Predictions',
  files:
    '`.npz`, `.npy` (`probs.npy` beside `features.npy`, `labels.npy`, `ids.npy`), `.safetensors`, `.parquet`, `.arrow` / `.feather` (files and streams): arrays or columns `probs` or `logits`, `features`, and as far as there are `labels` and `ids`; from PyTorch, JAX or a cluster',
  state: 'runs',
  sniff,
};

/** Files whose arrays are named as predictions are; a damaged archive too, so that opening it can say so. */
async function sniff(path: string): Promise<ModelSummary | null> {
  const peeked = await peekPredictions(path);
  if (!peeked) return null;
  const { labelled, bytes } = peeked;
  return { path, name: predictionsName(path), format: 'predictions', bytes, labelled };
}
