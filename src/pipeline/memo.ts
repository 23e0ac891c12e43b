import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../predictions/index.js';
import type { OpenedModel } from '../protocol/inference.js';
import type { Notice } from '../protocol/notice.js';

/** What opening a model once told: enough to find its predictions without opening it again. */
export interface Memo {
  opened: OpenedModel;
  /** Samples that cannot be read, by content hash: they are not tried again either. */
  failed: Record<string, Notice>;
  /** What is worth knowing of samples that were read, likewise. */
  remarks: Record<string, Notice>;
}

/** Raise it when opening a model tells more than before: memos of then are left alone. */
export const memoVersion = 6;

const fileOf = (cache: string, name: string) => join(cache, 'models', `${name}.json`);

/** The memo of that name, or null where there is none that can be read: then the model is opened again. */
export async function readMemo(cache: string, name: string): Promise<Memo | null> {
  try {
    return JSON.parse(await readFile(fileOf(cache, name), 'utf8')) as Memo;
  } catch {
    return null;
  }
}

/** Keeps a memo. It saves time only: not to have it is no failure. */
export async function writeMemo(cache: string, name: string, memo: Memo): Promise<void> {
  await writeWhole(fileOf(cache, name), JSON.stringify(memo)).catch(() => undefined);
}
