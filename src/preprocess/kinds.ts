import { basename } from 'node:path';
import type { ContentKind } from '../protocol/content.js';
import type { ModelInput } from '../protocol/modelInput.js';
import type { Preprocessing } from '../protocol/preprocessing.js';
import type { Batch } from './batch.js';
import { ImageBatch } from './imageBatch.js';
import { planImages } from './imagePlan.js';
import type { ModelMetadata } from './metadata.js';
import { NumbersBatch, planNumbers } from './numbers.js';
import type { Planned } from './plan.js';
import { TextBatch } from './textBatch.js';
import { planTexts } from './textPlan.js';

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

/** An empty batch for so many samples. */
export function batchOf(plan: Preprocessing, rows: number): Batch {
  return make(plan, rows) as Batch;
}

function make(plan: Preprocessing, rows: number) {
  switch (plan.kind) {
    case 'image':
      return new ImageBatch(plan, rows);
    case 'numbers':
      return new NumbersBatch(plan, rows);
    case 'text':
      return new TextBatch(plan, rows);
    case 'rows':
      // Rows are looked up: no sample is read for them.
      throw new RangeError('predictions that were made elsewhere need no batch');
  }
}

/** Values that one sample takes in its batch's tensors, at most: what batches are sized by. */
export function valuesPerSample(plan: Preprocessing): number {
  switch (plan.kind) {
    case 'image':
      return plan.channels * plan.height * plan.width;
    case 'text':
      return plan.maxLength * (1 + plan.tensors.length);
    case 'numbers':
      return plan.width;
    case 'rows':
      return 1;
  }
}

/** What samples a plan is for. */
export function contentOf(plan: Preprocessing): ContentKind {
  return plan.kind === 'rows' ? 'row' : plan.kind;
}
