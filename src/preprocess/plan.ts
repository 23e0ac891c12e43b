import { basename } from 'node:path';
import type { ModelInput } from '../protocol/modelInput.js';
import type { Notice } from '../protocol/notice.js';
import type { Preprocessing, PreprocessingReport } from '../protocol/preprocessing.js';
import { planImages } from './imagePlan.js';
import type { ModelMetadata } from './metadata.js';
import { planNumbers } from './numbers.js';
import { planTexts } from './textPlan.js';

/** How samples become a model's input, where each key of it came from, and what a user should know. */
export interface Planned {
  plan: Preprocessing;
  report: PreprocessingReport;
  notices: Notice[];
}

/**
 * Decides how samples become a model's input: by the files beside it, its graph, the usual way.
 * @throws TransferLensError that names file, key and cure, where that cannot be
 */
export async function planPreprocessing(
  metadata: ModelMetadata,
  input: ModelInput,
): Promise<Planned> {
  switch (input.kind) {
    case 'image':
      return planImages(metadata, input);
    case 'tokens':
      return planTexts(metadata, input);
    case 'numbers':
      return planNumbers(metadata, input);
    case 'rows': {
      const by = input.ids ? 'id' : 'order';
      const report = { rows: { value: by, from: basename(metadata.model) } };
      return { plan: { kind: 'rows', by }, report, notices: [] };
    }
  }
}
