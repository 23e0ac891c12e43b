import { stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import type { ModelSummary } from '../../protocol/found.js';
import type { ModelFormat } from '../model.js';

export const onnx: ModelFormat = {
  id: 'onnx',
  name: 'ONNX',
  files:
    "`.onnx`, with weights inside or in external files: image input NCHW or NHWC, fixed or dynamic batch and size, 1, 3 or 4 channels, float32, float16 or uint8; token ids of texts, by the `tokenizer.json` beside it or one folder up (WordPiece, BPE, Unigram, WordLevel); rows of numbers; encoders that give features alone, also as tokens, by their mean or the first as `pooling` in the sidecar or sentence-transformers' `1_Pooling/config.json` says",
  state: 'runs',
  hasOutputs: true,
  sniff,
};

/** Any file named `.onnx`; its bytes include external data under the names that exporters give it. */
async function sniff(path: string): Promise<ModelSummary | null> {
  if (extname(path).toLowerCase() !== '.onnx') return null;
  const size = await fileSize(path);
  if (size === null) return null;
  const external = await Promise.all([`${path}.data`, `${path}_data`].map(fileSize));
  const bytes = external.reduce<number>((sum, more) => sum + (more ?? 0), size);
  return { path, name: shownName(path), format: 'onnx', bytes };
}

async function fileSize(path: string): Promise<number | null> {
  try {
    const entry = await stat(path);
    return entry.isFile() ? entry.size : null;
  } catch {
    // Not there, or not ours to see.
    return null;
  }
}

/** `resnet.onnx` is "resnet"; `bert/onnx/model_fp16.onnx`, as Hugging Face lays models out, is "bert_fp16". */
function shownName(path: string): string {
  const stem = basename(path, extname(path));
  const [, variant] = /^model([._-].*)?$/i.exec(stem) ?? [];
  if (variant === undefined && !/^model$/i.test(stem)) return stem;
  const folder = dirname(path);
  const named = basename(folder).toLowerCase() === 'onnx' ? dirname(folder) : folder;
  return basename(named) + (variant ?? '') || stem;
}
