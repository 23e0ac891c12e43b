import { lstat, stat } from 'node:fs/promises';
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
  if (!found) throw await whyNot(path);
  // The bundler includes every `*/open.ts` here, so that a format needs no line of its own in this file.
  return import(`./${found.format}/open.ts`);
}

async function whyNot(path: string): Promise<Error> {
  try {
    await stat(path);
  } catch (error) {
    const detail = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    // A link to nothing is there, though what it points to is not.
    const gone = detail === 'ENOENT' && !(await lstat(path).catch(() => null));
    if (gone) return failure('model.notFound', { file: path }, error);
    return failure('model.unreadable', { file: path, detail }, error);
  }
  const formats = modelFormats.map(({ name }) => name).join(', ');
  return failure('model.unknownFormat', { file: path, formats });
}
