import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Architecture } from '../protocol/inference.js';
import { kindOf } from './keras/sniff.js';

/** Files that timm and transformers look for in a folder. */
const weights = /^(model|pytorch_model)(-\d+-of-\d+)?\.(safetensors|bin)$/;

/**
 * The network that a model was made of, if that network's own weights lie beside it: in its folder, or in the one above where that
 * is called `onnx`, as on Hugging Face, and there is a `config.json`; or in a file of Keras or torchvision of the model's name.
 * Null otherwise.
 */
export async function architectureBeside(model: string): Promise<Architecture | null> {
  const own = dirname(model);
  for (const folder of basename(own) === 'onnx' ? [own, dirname(own)] : [own]) {
    const named = await namedIn(folder);
    if (named && (await readdir(folder)).some(file => weights.test(file)))
      return { ...named, from: folder };
  }
  return inFileBeside(model);
}

/** What the `config.json` of a folder says of a network; null where there is none that can be read. */
export async function namedIn(folder: string): Promise<Omit<Architecture, 'from'> | null> {
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

/** Names of torchvision's networks that files are often called after. */
const torchvision =
  /(resnet\d+|resnext\d+_\d+x\d+d|wide_resnet\d+_2|mobilenet_v[23]\w*|efficientnet_\w+|densenet\d+|vgg\d+(_bn)?|vit_[blh]_\d+|convnext_\w+|swin_\w+|regnet_\w+|squeezenet1_[01]|shufflenet_v2\w*|mnasnet\d_\d+|alexnet|googlenet|inception_v3)/i;

/** The network of torchvision that a file is called after. */
export function torchvisionName(path: string): string | undefined {
  return torchvision.exec(basename(path, extname(path)))?.[0].toLowerCase();
}

/** `resnet18.onnx` is of `resnet18.pth` or `resnet18-f37072fd.pth`; `cats_saved_model/saved_model.pb` of `cats.keras` beside its folder. */
async function inFileBeside(model: string): Promise<Architecture | null> {
  const named = /^(model\.json|saved_model\.pb)$/i.test(basename(model));
  const folders = named ? [dirname(model), dirname(dirname(model))] : [dirname(model)];
  const stem = stemOf(named ? dirname(model) : model);
  for (const [above, folder] of folders.entries()) {
    const files = (await readdir(folder).catch(() => [])).map(file => join(folder, file)).sort();
    for (const file of files) {
      // What lies in a model's own folder is of it under any name.
      const same = stemOf(file) === stem || (named && above === 0);
      if (!same || file === model) continue;
      const found = await ofFile(file);
      if (found) return found;
    }
  }
  return null;
}

/** The name of a model or its weights, less what exporters and torchvision append. */
function stemOf(path: string): string {
  const name = basename(path).replace(/\.(onnx|ort|pth|pt|safetensors|keras|h5|hdf5)$/i, '');
  return name.replace(/(-[0-9a-f]{8}|[_-](saved_?model|tfjs))$/i, '').toLowerCase();
}

async function ofFile(file: string): Promise<Architecture | null> {
  const name = basename(file);
  if (/\.(keras|h5|hdf5)$/i.test(file)) {
    const found = await kindOf(file).catch(() => null);
    const whole = found?.kind === 'archive' || found?.kind === 'hdf5';
    return whole ? { library: 'keras', name, from: file } : null;
  }
  const network = /\.(pth|pt|safetensors)$/i.test(file) ? torchvisionName(file) : undefined;
  return network ? { library: 'torchvision', name: network, from: file } : null;
}
