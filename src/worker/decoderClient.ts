import { Worker } from 'node:worker_threads';
import type { DecodedBatch, Decoder } from '../pipeline/decode.js';
import type { DatasetOptions } from '../protocol/datasetOptions.js';
import { type Notice, TransferLensError } from '../protocol/notice.js';
import type { Preprocessing } from '../protocol/preprocessing.js';
import type { DecodeRequest, DecoderData } from './decoderThread.js';

type Answer = { id: number; batch?: DecodedBatch; problem?: Notice };

/** A decoder in a thread of its own; tensors are moved, not copied. */
export function decoderThread(
  dataset: string,
  options: DatasetOptions,
  plan: Preprocessing,
): Decoder {
  const workerData = { dataset, options, plan } satisfies DecoderData;
  const thread = new Worker(__filename, { workerData });
  const waiting = new Map<
    number,
    { resolve(batch: DecodedBatch): void; reject(error: unknown): void }
  >();
  let last = 0;
  thread.on('message', ({ id, batch, problem }: Answer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (batch) asked?.resolve(batch);
    else if (problem) asked?.reject(new TransferLensError(problem));
  });
  let dead: unknown = null;
  const end = (error: unknown) => {
    dead ??= error;
    for (const asked of waiting.values()) asked.reject(dead);
    waiting.clear();
  };
  thread.on('error', end);
  thread.on('exit', code => end(new Error(`the decoder ended with exit code ${code}`)));
  return {
    decode: (rows, hashes) =>
      new Promise((resolve, reject) => {
        if (dead !== null) {
          reject(dead);
          return;
        }
        const id = ++last;
        waiting.set(id, { resolve, reject });
        // A copy of its own: a view would send the whole list behind it.
        thread.postMessage({ id, rows: rows.slice(), hashes } satisfies DecodeRequest);
      }),
    close: async () => {
      await thread.terminate();
    },
  };
}
