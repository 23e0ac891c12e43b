import type { ContentKind, SampleContent } from '../protocol/content.js';
import type { InputTensor } from '../protocol/modelInput.js';
import type { Notice } from '../protocol/notice.js';
import type { Preprocessing } from '../protocol/preprocessing.js';
import { ImageBatch } from './imageBatch.js';
import { NumbersBatch } from './numbers.js';
import { TextBatch } from './textBatch.js';

/** Samples on their way to becoming the tensors of one batch. */
export interface Batch<Content extends SampleContent = SampleContent> {
  /**
   * Preprocesses sample k; several at once are fine.
   * @returns what the user should know of it, or null
   * @throws TransferLensError that names its file, where it cannot be used
   */
  add(content: Content, k: number): Promise<Notice | null>;
  /** The tensors of the samples that were added, given by ascending k. Called once, at the end. */
  tensors(kept: readonly number[]): InputTensor[];
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
