import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A network of a Python library whose weights lie in a folder. */
export interface ArchitectureBeside {
  library: 'timm' | 'transformers';
  name: string;
  folder: string;
}

/** Files that timm and transformers look for in a folder. */
const weights = /^(model|pytorch_model)(-\d+-of-\d+)?\.(safetensors|bin)$/;

/**
 * What the `config.json` beside a model says of the network that it was made of, if that network's own weights lie there too: in its
 * folder, or in the one above where that is called `onnx`, as on Hugging Face. Null otherwise.
 */
export async function architectureBeside(model: string): Promise<ArchitectureBeside | null> {
  const own = dirname(model);
  for (const folder of basename(own) === 'onnx' ? [own, dirname(own)] : [own]) {
    const named = await namedIn(folder);
    if (named && (await readdir(folder)).some(file => weights.test(file)))
      return { ...named, folder };
  }
  return null;
}

/** What the `config.json` of a folder says of a network; null where there is none that can be read. */
export async function namedIn(folder: string): Promise<Omit<ArchitectureBeside, 'folder'> | null> {
  try {
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    const [named] = Array.isArray(config.architectures) ? config.architectures : [];
    // timm names one network of its own, transformers the class that it is loaded by.
    if (typeof config.architecture === 'string')
      return { library: 'timm', name: config.architecture };
    if (typeof named === 'string') return { library: 'transformers', name: named };
  } catch {
    // None, or of something else.
  }
  return null;
}
