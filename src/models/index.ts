import type { ModelSummary } from '../protocol/found.js';
import type { ModelFormat } from './model.js';
import { onnx } from './onnx/sniff.js';
import { predictions } from './predictions/sniff.js';
import { tfjs } from './tfjs/sniff.js';

/**
 * The table of model formats. A format `x` is a folder `x/` whose `sniff.ts` exports the line below and whose `open.ts`
 * exports a `ModelOpener`'s functions; `open.ts` beside this file finds the latter by the format's id.
 */
export const modelFormats: readonly ModelFormat[] = [onnx, tfjs, predictions];

/** What a file is by the first format that knows it, without loading it; null when it is no model. */
export async function sniffModel(path: string): Promise<ModelSummary | null> {
  for (const format of modelFormats) {
    const found = await format.sniff(path);
    if (found) return found;
  }
  return null;
}
