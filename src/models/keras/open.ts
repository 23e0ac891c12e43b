import { stat } from 'node:fs/promises';
import { failure, notice, TransferLensError } from '../../protocol/notice.js';
import type { Model } from '../model.js';
import { kerasScript, liteScript } from './script.js';
import { kindOf } from './sniff.js';

/** Nothing of it can be run, so there is nothing to hash either: says so, and hands over the script that helps. */
export async function modelFiles(path: string): Promise<string[]> {
  throw await refusal(path);
}

export async function openModel(path: string): Promise<Model> {
  throw await refusal(path);
}

async function refusal(path: string): Promise<Error> {
  const found = await kindOf(path);
  if (!found) {
    await stat(path);
    return failure('model.unreadable', { file: path, detail: 'it has changed' });
  }
  const { kind } = found;
  const code =
    kind === 'lite' ? 'model.tfLite' : kind === 'weights' ? 'model.kerasWeights' : 'model.keras';
  const said = notice(code, { file: path });
  const snippet = kind === 'lite' ? liteScript(path) : kerasScript(path, kind);
  return new TransferLensError({ ...said, params: { ...said.params, snippet } });
}
