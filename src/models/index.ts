import { dirname, sep } from 'node:path';
import type { ModelSummary } from '../protocol/found.js';
import { type Notice, notice } from '../protocol/notice.js';
import { checkpoint } from './checkpoint/sniff.js';
import { keras } from './keras/sniff.js';
import type { ModelFormat } from './model.js';
import { onnx } from './onnx/sniff.js';
import { predictions } from './predictions/sniff.js';
import { savedModel } from './savedModel/sniff.js';
import { tfjs } from './tfjs/sniff.js';

/**
 * The table of model formats. A format `x` is a folder `x/` whose `sniff.ts` exports the line below and whose `open.ts`
 * exports a `ModelOpener`'s functions; `open.ts` beside this file finds the latter by the format's id.
 */
export const modelFormats: readonly ModelFormat[] = [
  onnx,
  tfjs,
  savedModel,
  predictions,
  checkpoint,
  keras,
];

/** What a file is by the first format that knows it, without loading it; null when it is no model. */
export async function sniffModel(path: string): Promise<ModelSummary | null> {
  for (const format of modelFormats) {
    const found = await format.sniff(path);
    if (found) return found;
  }
  return null;
}

/**
 * Which models of a folder a run of that folder takes: those that can be run, or all where none can, so that it is said why.
 * `left` are the others, except where one that can be run lies in the same folder or below: they are that model once more.
 */
export function worthRunning(found: readonly ModelSummary[]): {
  models: ModelSummary[];
  left: ModelSummary[];
} {
  const states = new Map(modelFormats.map(({ id, state }) => [id, state]));
  const runs = found.filter(model => states.get(model.format) === 'runs');
  if (runs.length === 0) return { models: [...found], left: [] };
  const folders = new Set(runs.flatMap(model => above(model.path)));
  const left = found.filter(
    model => states.get(model.format) !== 'runs' && !folders.has(dirname(model.path)),
  );
  return { models: runs, left };
}

/** What a user is told of models that a run leaves out. */
export function leftOut(models: readonly ModelSummary[]): Notice {
  const names = models.slice(0, 5).map(model => model.name);
  if (models.length > names.length) names.push('…');
  return notice('models.leftOut', { n: models.length, names: names.join(', ') });
}

/** The folder of a file, and that above it where it is called `onnx`, as on Hugging Face. */
function above(path: string): string[] {
  const folder = dirname(path);
  return folder.endsWith(`${sep}onnx`) ? [folder, dirname(folder)] : [folder];
}
