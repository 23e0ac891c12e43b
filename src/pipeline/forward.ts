import type { Model } from '../models/model.js';
import type { PredictionsWriter } from '../predictions/index.js';
import { valuesPerSample } from '../preprocess/index.js';
import type { SampleNotice } from '../protocol/inference.js';
import { throwIfCancelled } from '../protocol/notice.js';
import type { Preprocessing } from '../protocol/preprocessing.js';
import type { DecodedBatch } from './decode.js';

/** Longest that one call into the runtime should take: cancelling waits for it. Seconds. */
const targetBatchSeconds = 0.15;
/** Bytes of one input tensor (8 images of 224 x 224 in colour: more is no faster), and rows of one batch, at most. */
const maxTensorBytes = 5e6;
const maxBatchRows = 128;
/** Batches decoded ahead, so that the runtime never waits for an image. */
const ahead = 2;

export interface ForwardOptions {
  model: Model;
  plan: Preprocessing;
  rows: Int32Array;
  hashes: readonly string[];
  writer: PredictionsWriter;
  /** Reads and preprocesses some rows, in another thread where there is one. */
  decode(rows: Int32Array, hashes: readonly string[]): Promise<DecodedBatch>;
  /** Images that are in the store, and how many come a second; null while that cannot be told yet. */
  onProgress(done: number, imagesPerSecond: number | null): void;
  onFailed(samples: SampleNotice[]): void;
  onRemarked(samples: SampleNotice[]): void;
  signal?: AbortSignal;
}

/** Milliseconds after the first batch for which no speed is told: the next ones were decoded while it ran. */
const settlingTime = 250;

/**
 * The one forward pass of a model over samples: while batch k is in the runtime, the next ones are decoded.
 * Every call's rows are in the store before the next one starts, so a killed run loses one at most.
 * @returns seconds in the runtime and images that went through it
 */
export async function forward(options: ForwardOptions): Promise<{ infer: number; images: number }> {
  const { model, plan, rows, hashes, writer, decode, signal } = options;
  const bytes = 4 * valuesPerSample(plan);
  const most = Math.max(1, Math.min(maxBatchRows, Math.floor(maxTensorBytes / bytes)));
  const step = model.input.batch ?? 1;
  // A model of fixed batch size would compute what it is padded with, too.
  const whole = (n: number) => Math.max(step, Math.floor(Math.min(most, n) / step) * step);
  let size = whole(8);
  let asked = 0;
  const queue: Promise<DecodedBatch>[] = [];
  const refill = () => {
    while (queue.length < ahead && asked < rows.length) {
      const end = Math.min(rows.length, asked + size);
      const next = decode(rows.subarray(asked, end), hashes.slice(asked, end));
      // A failure is met when its turn comes; until then it must not count as unhandled.
      next.catch(() => undefined);
      queue.push(next);
      asked = end;
    }
  };

  let infer = 0;
  let images = 0;
  // The speed is that of what came after the first batch, which also warms the runtime up.
  let from = { images: 0, at: performance.now() };
  refill();
  while (queue.length > 0) {
    throwIfCancelled(signal);
    const batch = await queue.shift();
    refill();
    if (!batch) break;
    if (batch.failed.length > 0) options.onFailed(batch.failed);
    if (batch.remarks.length > 0) options.onRemarked(batch.remarks);
    let n = 0;
    let seconds = 0;
    for (const { inputs, hashes } of batch.calls) {
      throwIfCancelled(signal);
      const start = performance.now();
      const { outputs, classes, features, dimension } = await model.run(inputs);
      seconds += (performance.now() - start) / 1000;
      await writer.append(hashes, outputs, classes, features, dimension);
      n += hashes.length;
    }
    if (n > 0) {
      infer += seconds;
      images += n;
      const now = performance.now();
      const known = queue.length === 0 || (from.images > 0 && now - from.at > settlingTime);
      options.onProgress(images, known ? (1000 * (images - from.images)) / (now - from.at) : null);
      if (from.images === 0) from = { images, at: now };
      // The first run also warms the runtime up, so a batch only ever doubles.
      const wanted = Math.min(2 * size, Math.floor((targetBatchSeconds / seconds) * n));
      size = whole(wanted);
    }
  }
  return { infer, images };
}
