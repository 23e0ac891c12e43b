import type { SampleContent } from '../protocol/content.js';
import type { InputTensor } from '../protocol/modelInput.js';
import type { Notice } from '../protocol/notice.js';

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
