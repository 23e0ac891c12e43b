import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileAhead } from '../../arrays/readAhead.js';
import type { DatasetSummary } from '../../protocol/found.js';
import type { DatasetLayout, FoundEntry } from '../dataset.js';
import { isShard, nameOf, shardsOf } from '../shards.js';
import { isImagePart, isTextPart, samplesOf } from './samples.js';

export const tarName = /\.tar$/i;

export const webDataset: DatasetLayout = {
  id: 'webDataset',
  name: 'WebDataset',
  files:
    '`.tar`, one or shards of a folder (`000000.tar`): an image of each sample with its label as `.cls`, `.txt` or a key of `.json` beside it',
  named: /\.(tar|tar\.gz|tgz)$/i,
  sniff,
};

async function sniff({ path, kind, list }: FoundEntry): Promise<DatasetSummary | null> {
  const isFile = kind === 'file';
  if (isFile && (!tarName.test(path) || isShard(basename(path)))) return null;
  const shards = isFile ? [{ path }] : await shardsOf(path, list, tarName);
  if (shards.length === 0 || !(await looksLabelled(shards[0].path))) return null;
  return {
    path,
    name: nameOf(path),
    layout: webDataset.id,
    content: 'image',
    // Only reading all headers would tell.
    classes: null,
    size: null,
    splits: {},
  };
}

/** Whether the first sample of an archive is an image with something that may be its label. */
async function looksLabelled(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (!file) return false;
  try {
    for await (const [{ parts }] of samplesOf(await fileAhead(file))) {
      const names = [...parts.keys()];
      return names.some(isImagePart) && names.some(isTextPart);
    }
  } catch {
    // A damaged archive, or none.
  } finally {
    await file.close();
  }
  return false;
}
