import { basename, join } from 'node:path';
import type { DatasetSummary } from '../../protocol/found.js';
import type { DatasetLayout, FoundEntry } from '../dataset.js';
import { isImage, mayBeSplits, splitOf } from './names.js';

/**
 * Image folder, as torchvision's `ImageFolder` and Keras read it: a folder of images for each class, optionally
 * below `train/ val/ test/`. Stricter than opening one: among all folders of a workspace only those count
 * whose sub-folders hold images and little else.
 */
export const imageFolder: DatasetLayout = {
  id: 'imageFolder',
  name: 'Image folder',
  files:
    'a folder of PNG, JPEG, WebP, GIF or TIFF images for each class, also below `train/ val/ test/`',
  sniff,
};

async function sniff(entry: FoundEntry): Promise<DatasetSummary | null> {
  if (entry.kind !== 'directory') return null;
  const { path, list } = entry;
  const { directories } = await list(path);
  const found = { path, name: basename(path), layout: imageFolder.id, content: 'image' as const };

  if (mayBeSplits(directories)) {
    const classes = new Set<string>();
    const withImages = new Set<string>();
    const splits: DatasetSummary['splits'] = {};
    for (const name of directories) {
      const split = splitOf(name);
      const counts = split && (await classCounts(join(path, name), list));
      if (!split || !counts) continue;
      for (const [label, images] of counts) {
        classes.add(label);
        if (images > 0) withImages.add(label);
        splits[split] = (splits[split] ?? 0) + images;
      }
    }
    if (withImages.size > 1)
      return { ...found, classes: classes.size, size: sum(Object.values(splits)), splits };
  }
  const counts = await classCounts(path, list);
  if (!counts || [...counts.values()].filter(images => images > 0).length < 2) return null;
  return { ...found, classes: counts.size, size: sum([...counts.values()]), splits: {} };
}

type List = FoundEntry['list'];

/** Sub-folders looked into at once. */
const width = 16;

/** Images of each class folder; null where a sub-folder is anything else. */
async function classCounts(folder: string, list: List): Promise<Map<string, number> | null> {
  const { directories } = await list(folder);
  const counts = new Map<string, number>();
  for (let start = 0; start < directories.length; start += width) {
    const names = directories.slice(start, start + width);
    const found = await Promise.all(names.map(name => contents(join(folder, name), list)));
    for (const [k, content] of found.entries()) {
      if (!content || (content.images === 0 && content.annotations > 0)) return null;
      counts.set(names[k], content.images);
    }
  }
  return counts;
}

interface Contents {
  images: number;
  annotations: number;
}

const weights = /\.(onnx|pb|h5|hdf5|keras|tflite|pth?|bin|safetensors|ckpt)$/i;
const annotation = /\.(csv|json|xml|ya?ml)$/i;
const note = /\.(txt|md)$/i;

/** What lies in a class folder and below it; null when it looks like something else, a dataset of its own for one. */
async function contents(folder: string, list: List): Promise<Contents | null> {
  const { files, directories, links } = await list(folder);
  const total: Contents = { images: 0, annotations: 0 };
  let others = 0;
  for (const file of files) {
    if (isImage(file)) total.images++;
    else if (annotation.test(file)) total.annotations++;
    else if (weights.test(file)) return null;
    else if (!note.test(file)) others++;
  }
  if (others > total.images) return null;
  const own = total.images;
  let withImages = 0;
  for (const name of directories) {
    if (links.has(name)) continue;
    const below = await contents(join(folder, name), list);
    if (!below) return null;
    total.images += below.images;
    total.annotations += below.annotations;
    if (below.images > 0) withImages++;
  }
  return own === 0 && withImages > 1 ? null : total;
}

function sum(values: number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
