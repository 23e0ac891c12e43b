import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Model, OpenOptions } from '../../src/models/model.js';
import type { ModelSpec } from '../../src/models/onnx/encode.js';
import { openModel } from '../../src/models/open.js';
import { onnxModel } from './onnxWriter.js';
import { scratch } from './scratch.js';

/** Where models for one test after the other are written. */
export const modelFolder = scratch('open-model');

/** Five small images, channels first; [rows, channels, size, size]. */
export const [rows, channels, size] = [5, 3, 8];
export const shape = [rows, channels, size, size];
export const images = Float32Array.from({ length: rows * channels * size * size }, (_, i) =>
  Math.sin(i * i),
);

/** What is made of a model while it is open. */
export async function opened<T>(
  spec: ModelSpec,
  use: (model: Model) => Promise<T> | T,
  options?: Partial<OpenOptions>,
): Promise<T> {
  const path = join(modelFolder, 'model.onnx');
  writeFileSync(path, onnxModel(spec));
  const model = await openModel(path, { threads: 1, ...options });
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}
