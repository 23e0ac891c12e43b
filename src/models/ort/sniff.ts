import { stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import type { ModelSummary } from '../../protocol/found.js';
import type { ModelFormat } from '../model.js';

export const ort: ModelFormat = {
  id: 'ort',
  name: 'ONNX Runtime format',
  files:
    '`.ort`, as ONNX Runtime converts ONNX for phones: inputs as of ONNX; features where an output is called so, for nothing can be added to its graph',
  state: 'runs',
  hasOutputs: true,
  sniff,
};

async function sniff(path: string): Promise<ModelSummary | null> {
  if (extname(path).toLowerCase() !== '.ort') return null;
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) return null;
  const stem = basename(path, extname(path));
  // `model.ort`, `model.with_runtime_opt.ort`: the folder says more.
  const name = /^model\b/i.test(stem) ? basename(dirname(path)) : stem;
  return { path, name, format: ort.id, bytes: info.size };
}
