import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What ends the name of a NumPy file that is outputs: `probs.npy`, `resnet18_logits.npy`. */
const outputs = /^(?:(.*)[-_.])?(probs|probabilities|logits)\.npy$/i;
const companions = /^(?:(.*)[-_.])?(features|embeddings|labels|y|ids|classes|class_names)\.npy$/i;

/** Whether a NumPy file's name says that it holds the outputs of a model. */
export function isOutputsNpy(path: string): boolean {
  return outputs.test(basename(path));
}

/**
 * The NumPy files that belong to one with outputs, by array name: itself, and `features.npy`, `labels.npy`, `ids.npy` of the
 * same folder that have the same name before (`resnet18_features.npy`) or, but for features, none.
 */
export async function npyGroup(path: string): Promise<Map<string, string>> {
  const folder = dirname(path);
  const own = outputs.exec(basename(path));
  const group = new Map([[own ? own[2].toLowerCase() : stem(path), path]]);
  const prefix = own?.[1] ?? (own ? '' : stem(path));
  const names = await readdir(folder).catch(() => []);
  for (const wanted of prefix === '' ? [''] : [prefix, ''])
    for (const name of names.sort()) {
      const [, before = '', role] = companions.exec(name) ?? [];
      if (role === undefined || before !== wanted || group.has(role.toLowerCase())) continue;
      // Features that are nobody's in particular could be another model's.
      if (before !== prefix && /^(features|embeddings)$/i.test(role)) continue;
      group.set(role.toLowerCase(), join(folder, name));
    }
  return group;
}

function stem(path: string): string {
  return basename(path).replace(/\.npy$/i, '');
}
