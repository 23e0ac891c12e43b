import type { NumbersSample } from '../protocol/content.js';
import type { NumbersInput } from '../protocol/modelInput.js';
import { failure } from '../protocol/notice.js';
import type { NumbersPreprocessing } from '../protocol/preprocessing.js';
import type { Batch } from './batch.js';
import type { ModelMetadata } from './metadata.js';
import type { Planned } from './plan.js';

/** Rows of numbers go in as they are: whatever a pipeline did to them in training has to be in the table or in the model. */
export function planNumbers(metadata: ModelMetadata, input: NumbersInput): Planned {
  const file = metadata.model;
  if (input.width === null) throw failure('preprocess.noWidth', { file, input: input.name });
  const report = { width: { value: input.width, from: 'graph' } };
  return { plan: { kind: 'numbers', width: input.width }, report, notices: [] };
}

/** A batch of rows of numbers: float32 [rows, width]. */
export class NumbersBatch implements Batch<NumbersSample> {
  private readonly data: Float32Array;

  constructor(
    private readonly plan: NumbersPreprocessing,
    rows: number,
  ) {
    this.data = new Float32Array(rows * plan.width);
  }

  async add({ values, file }: NumbersSample, k: number): Promise<null> {
    const { width } = this.plan;
    if (values.length !== width)
      throw failure('sample.width', { file, given: values.length, wanted: width });
    if (values.some(Number.isNaN)) throw failure('sample.missingValue', { file });
    this.data.set(values, k * width);
    return null;
  }

  tensors(kept: readonly number[]) {
    const { width } = this.plan;
    const { data } = this;
    for (const [to, k] of kept.entries())
      if (to < k) data.copyWithin(to * width, k * width, (k + 1) * width);
    return [{ data: data.subarray(0, kept.length * width), shape: [kept.length, width] }];
  }
}
