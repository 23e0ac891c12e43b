import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { zipMembers } from '../../arrays/zip.js';
import { notice, TransferLensError } from '../../protocol/notice.js';
import { namedIn } from '../architecture.js';
import type { Model } from '../model.js';
import { type Beside, exportScript } from './script.js';

/** Nothing of it can be run, so there is nothing to hash either: says so, and hands over the script that helps. */
export async function modelFiles(path: string): Promise<string[]> {
  throw await refusal(path);
}

export async function openModel(path: string): Promise<Model> {
  throw await refusal(path);
}

async function refusal(path: string): Promise<Error> {
  const script = await isTorchScript(path);
  const { code, message, params } = script
    ? notice('model.torchScript', { file: path })
    : notice('model.weightsOnly', { file: path });
  const snippet = exportScript(path, script ? { script } : await besideOf(path));
  return new TransferLensError({ code, message, params: { ...params, snippet } });
}

/** Whether an archive has the code of the network beside its weights. */
async function isTorchScript(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  try {
    const members = file ? await zipMembers(file, (await file.stat()).size) : [];
    return members.some(({ name }) => /^[^/]+\/code\//.test(name));
  } catch {
    // No archive, but a pickle or safetensors.
    return false;
  } finally {
    await file?.close();
  }
}

/** What the `config.json` beside some weights says of their network; nothing where there is none that can be read. */
async function besideOf(path: string): Promise<Beside> {
  const named = await namedIn(dirname(path));
  if (!named) return {};
  const { image_size, pretrained_cfg } = config.parse(
    JSON.parse(await readFile(join(dirname(path), 'config.json'), 'utf8')),
  );
  const { input_size, mean, std } = pretrained_cfg ?? {};
  const size = input_size?.at(-1) ?? image_size;
  return {
    [named.library]: named.name,
    ...(size ? { size } : {}),
    ...(mean && std ? { mean, std } : {}),
  };
}

/** How timm and transformers say what images a network was trained on; what is not as they say it is left out. */
const colours = z.array(z.number()).length(3).optional().catch(undefined);
const config = z.looseObject({
  image_size: z.number().int().positive().optional().catch(undefined),
  pretrained_cfg: z
    .looseObject({
      input_size: z.array(z.number().int().positive()).length(3).optional().catch(undefined),
      mean: colours,
      std: colours,
    })
    .optional()
    .catch(undefined),
});
