import { open } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import type { ModelSummary } from '../../protocol/found.js';
import type { ModelFormat } from '../model.js';
import { rootAttributes } from './rootAttributes.js';

export const keras: ModelFormat = {
  id: 'keras',
  name: 'Keras and TensorFlow Lite',
  files:
    '`.keras`, `.h5` and `.hdf5` of Keras, `.tflite`: named, with a script that exports to SavedModel, ONNX or TensorFlow.js',
  state: 'recognised',
  sniff,
};

/** What a file of Keras or TensorFlow Lite holds; null where it is none. */
export type KerasKind = 'archive' | 'hdf5' | 'weights' | 'lite';

async function sniff(path: string): Promise<ModelSummary | null> {
  const found = await kindOf(path);
  return found && { path, name: shownName(path), format: keras.id, bytes: found.bytes };
}

/** Told by the name and what only such files begin with: data has these endings too. */
export async function kindOf(path: string): Promise<{ kind: KerasKind; bytes: number } | null> {
  const [ending] = /\.(keras|h5|hdf5|tflite)$/i.exec(path) ?? [];
  if (!ending) return null;
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const entry = await file.stat();
    if (!entry.isFile()) return null;
    const start = Buffer.alloc(512);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    const text = start.toString('latin1', 0, bytesRead);
    const found = (kind: KerasKind) => ({ kind, bytes: entry.size });
    if (/tflite/i.test(ending)) return text.slice(4, 8) === 'TFL3' ? found('lite') : null;
    if (/keras/i.test(ending) && text.startsWith('PK\x03\x04')) return found('archive');
    const names = await rootAttributes(file);
    if (names.includes('model_config')) return found('hdf5');
    // Weights alone: of Keras 2 with the names of their layers, of Keras 3 under a name of their own.
    const isWeights = names.includes('layer_names') || /\.weights\.h5$/i.test(path);
    return isWeights && text.startsWith('\x89HDF') ? found('weights') : null;
  } finally {
    await file.close();
  }
}

/** `tiny.keras` is "tiny", `tiny.weights.h5` too; `cat-dog/model.keras` is "cat-dog". */
export function shownName(path: string): string {
  const stem = basename(path, extname(path)).replace(/\.weights$/i, '');
  return /^(keras_)?model$/i.test(stem) ? basename(dirname(path)) || stem : stem;
}
