import { parentPort, workerData } from 'node:worker_threads';
import { decoderOf } from '../pipeline/index.js';
import type { DatasetOptions } from '../protocol/datasetOptions.js';
import { noticeOf } from '../protocol/notice.js';
import type { Preprocessing } from '../protocol/preprocessing.js';

/** What the decoder thread is started with. */
export interface DecoderData {
  dataset: string;
  options: DatasetOptions;
  plan: Preprocessing;
}

export interface DecodeRequest {
  id: number;
  rows: Int32Array;
  hashes: readonly string[];
}

/** The thread that reads and preprocesses images, so that the runtime's thread does nothing else. */
export function startDecoder(): void {
  const { dataset, options, plan } = workerData as DecoderData;
  const decode = decoderOf(dataset, options, plan);
  parentPort?.on('message', async ({ id, rows, hashes }: DecodeRequest) => {
    try {
      const batch = await decode(rows, hashes);
      const tensors = batch.calls.flatMap(({ inputs }) => inputs);
      const buffers = new Set(tensors.map(({ data }) => data.buffer as ArrayBuffer));
      parentPort?.postMessage({ id, batch }, [...buffers]);
    } catch (error) {
      parentPort?.postMessage({ id, problem: noticeOf(error) });
    }
  });
}
