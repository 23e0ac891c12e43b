import { readdir } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { ModelSummary } from '../protocol/found.js';
import { type Notice, notice } from '../protocol/notice.js';
import { checkpoint } from './checkpoint/sniff.js';
import { keras } from './keras/sniff.js';
import type { ModelFormat } from './model.js';
import { onnx } from './onnx/sniff.js';
import { ort } from './ort/sniff.js';
import { predictions } from './predictions/sniff.js';
import { savedModel } from './savedModel/sniff.js';
import { tfjs } from './tfjs/sniff.js';

/**
 * The table of model formats. A format `x` is a folder `x/` whose `sniff.ts` exports the line below and whose `open.ts`
 * exports a `ModelOpener`'s functions; `open.ts` beside this file finds the latter by the format's id.
 */
export const modelFormats: readonly ModelFormat[] = [
  onnx,
  ort,
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
 * Of one export in several precisions it is the most exact; the others are scored when they are chosen by themselves.
 * `left` are those that cannot be run, except where one that can be run lies in the same folder or below: they are that model once more.
 */
export function worthRunning(found: readonly ModelSummary[]): {
  models: ModelSummary[];
  left: ModelSummary[];
} {
  const states = new Map(modelFormats.map(({ id, state }) => [id, state]));
  const runs = found.filter(model => states.get(model.format) === 'runs');
  if (runs.length === 0) return { models: [...found], left: [] };
  const chosen = mostExact(runs);
  const folders = new Set(chosen.flatMap(model => above(model.path)));
  const left = found.filter(
    model => states.get(model.format) !== 'runs' && !folders.has(dirname(model.path)),
  );
  return { models: chosen, left };
}

/** Names that optimum and transformers.js give to one export in several precisions, the most exact first. */
const precisions = [
  ...['', 'fp32', 'fp16', 'bf16', 'optimized', 'quantized', 'int8', 'uint8', 'q8'],
  ...['q4', 'q4f16', 'bnb4'],
];

/** How far down in the order of precisions a file stands; null for what is no such export. */
function precisionOf(path: string): number | null {
  const [, name] = /^model[._-]?(.*)\.onnx$/i.exec(basename(path)) ?? [];
  if (name === undefined || basename(dirname(path)) !== 'onnx') return null;
  const at = precisions.indexOf(name.toLowerCase());
  return at < 0 ? precisions.length : at;
}

/** Names of the files beside a model that are the same export in other precisions, the most exact first. */
export async function otherPrecisions(path: string): Promise<string[]> {
  if (precisionOf(path) === null) return [];
  const order = (name: string) => precisionOf(join(dirname(path), name));
  return (await readdir(dirname(path)))
    .filter(name => name !== basename(path) && order(name) !== null)
    .sort((a, b) => (order(a) ?? 0) - (order(b) ?? 0) || (a < b ? -1 : 1));
}

/** Of one export in several precisions, as on Hugging Face (`onnx/model.onnx`, `onnx/model_int8.onnx`), the most exact is taken. */
function mostExact(found: readonly ModelSummary[]): ModelSummary[] {
  const rank = (model: ModelSummary) => precisionOf(model.path);
  const best = new Map<string, number>();
  for (const model of found) {
    const at = rank(model);
    const folder = dirname(model.path);
    if (at !== null) best.set(folder, Math.min(at, best.get(folder) ?? at));
  }
  const taken = new Set<string>();
  return found.filter(model => {
    const at = rank(model);
    if (at === null) return true;
    const folder = dirname(model.path);
    const first = at === best.get(folder) && !taken.has(folder);
    if (first) taken.add(folder);
    return first;
  });
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
