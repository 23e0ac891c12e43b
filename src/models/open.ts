import { existsSync } from 'node:fs';
import { failure } from '../protocol/notice.js';
import { modelFormats, sniffModel } from './index.js';
import type { Model, ModelOpener, OpenOptions } from './model.js';

/** Loads a model by the format that knows it. Throws a TransferLensError that names the file and the cure. */
export async function openModel(path: string, options: OpenOptions): Promise<Model> {
  return (await openerOf(path)).openModel(path, options);
}

/** All files that decide what a model computes, external weights included, for hashing. Loads no runtime. */
export async function modelFiles(path: string): Promise<string[]> {
  return (await openerOf(path)).modelFiles(path);
}

async function openerOf(path: string): Promise<ModelOpener> {
  const found = await sniffModel(path);
  if (!found) {
    if (!existsSync(path)) throw failure('model.notFound', { file: path });
    const formats = modelFormats.map(({ name }) => name).join(', ');
    throw failure('model.unknownFormat', { file: path, formats });
  }
  // The bundler includes every `*/open.ts` here, so that a format needs no line of its own in this file.
  return import(`./${found.format}/open.ts`);
}
