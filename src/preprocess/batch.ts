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
  /** Which of the samples that were added may share a call into the runtime, by ascending k; all of them where it is left out. */
  together?(kept: readonly number[]): number[][];
  /** The tensors of some samples that were added, given by ascending k. Called at the end, once for each sample. */
  tensors(kept: readonly number[]): InputTensor[];
}
