import { createHash } from 'node:crypto';
import type { Dataset } from '../datasets/dataset.js';
import { openDataset } from '../datasets/open.js';
import { sampleToTensor } from '../preprocess/index.js';
import type { SampleContent } from '../protocol/content.js';
import type { SampleNotice } from '../protocol/inference.js';
import { failure, noticeOf } from '../protocol/notice.js';
import type { Preprocessing } from '../protocol/preprocessing.js';

/** Some samples as one tensor; those that could not be read are told apart, the others move up. */
export interface DecodedBatch {
  /** float32 [samples that were read, ...]; may be longer than they need. */
  tensor: Float32Array;
  /** Content hash of each row of the tensor. */
  hashes: string[];
  failed: SampleNotice[];
  /** What is worth knowing of samples that were read. */
  remarks: SampleNotice[];
}

/** Opens a dataset once and decodes rows of it by one plan. */
export function decoderOf(
  path: string,
  plan: Preprocessing,
): (rows: Int32Array, hashes: readonly string[]) => Promise<DecodedBatch> {
  const dataset = openDataset(path);
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
  const pixels = plan.channels * plan.height * plan.width;
  const tensor = new Float32Array(rows.length * pixels);
  const failed: SampleNotice[] = [];
  const remarks: SampleNotice[] = [];
  const ok = new Uint8Array(rows.length);
  await Promise.all(
    Array.from(rows, async (row, k) => {
      try {
        const content = await dataset.read(row);
        if (contentHash(content) !== hashes[k])
          throw failure('sample.changed', { file: content.file });
        const remark = await sampleToTensor(content, plan, tensor, k * pixels);
        if (remark) remarks.push({ row, hash: hashes[k], notice: remark });
        ok[k] = 1;
      } catch (error) {
        failed.push({ row, hash: hashes[k], notice: noticeOf(error) });
      }
    }),
  );
  const read: string[] = [];
  for (let k = 0; k < rows.length; k++) {
    if (!ok[k]) continue;
    if (read.length < k) tensor.copyWithin(read.length * pixels, k * pixels, (k + 1) * pixels);
    read.push(hashes[k]);
  }
  return { tensor, hashes: read, failed, remarks };
}

/** sha256 of a sample's content, hex: its name in the predictions store. */
export function contentHash(content: SampleContent): string {
  return createHash('sha256').update(content.bytes).digest('hex');
}
