import type { Dataset } from '../datasets/dataset.js';
import { openDataset } from '../datasets/open.js';
import { contentHash } from '../predictions/index.js';
import { batchOf } from '../preprocess/index.js';
import type { DatasetOptions } from '../protocol/datasetOptions.js';
import type { SampleNotice } from '../protocol/inference.js';
import type { InputTensor } from '../protocol/modelInput.js';
import { failure, noticeOf } from '../protocol/notice.js';
import type { Preprocessing } from '../protocol/preprocessing.js';

/** Samples that go into the runtime together. */
export interface Call {
  /** What the model takes, batch first. */
  inputs: InputTensor[];
  /** Content hash of each row of the tensors. */
  hashes: string[];
}

/** Some samples as tensors; those that could not be read are told apart, the others move up. */
export interface DecodedBatch {
  /** One where all samples may go together, as nearly always; none where no sample was read. */
  calls: Call[];
  failed: SampleNotice[];
  /** What is worth knowing of samples that were read. */
  remarks: SampleNotice[];
}

/** Decodes rows of one dataset by one plan; closed when the task ends. */
export interface Decoder {
  decode(rows: Int32Array, hashes: readonly string[]): Promise<DecodedBatch>;
  close(): Promise<void>;
}

/** Opens a dataset once and decodes rows of it by one plan. */
export function decoderOf(
  path: string,
  options: DatasetOptions,
  plan: Preprocessing,
): (rows: Int32Array, hashes: readonly string[]) => Promise<DecodedBatch> {
  const dataset = openDataset(path, options);
  dataset.catch(() => undefined);
  return async (rows, hashes) => decodeBatch(await dataset, plan, rows, hashes);
}

/** Reads, checks and preprocesses rows of a dataset. Never rejects for a bad sample. */
export async function decodeBatch(
  dataset: Dataset,
  plan: Preprocessing,
  rows: Int32Array,
  hashes: readonly string[],
): Promise<DecodedBatch> {
  const batch = batchOf(plan, rows.length);
  const failed: SampleNotice[] = [];
  const remarks: SampleNotice[] = [];
  const ok = new Uint8Array(rows.length);
  await Promise.all(
    Array.from(rows, async (row, k) => {
      try {
        const content = await dataset.read(row);
        if (contentHash(content) !== hashes[k])
          throw failure('sample.changed', { file: content.file });
        const remark = await batch.add(content, k);
        if (remark) remarks.push({ row, hash: hashes[k], notice: remark });
        ok[k] = 1;
      } catch (error) {
        failed.push({ row, hash: hashes[k], notice: noticeOf(error) });
      }
    }),
  );
  const read = [...ok.keys()].filter(k => ok[k]);
  const together = read.length === 0 ? [] : (batch.together?.(read) ?? [read]);
  const calls = together.map(kept => ({
    inputs: batch.tensors(kept),
    hashes: kept.map(k => hashes[k]),
  }));
  return { calls, failed, remarks };
}
