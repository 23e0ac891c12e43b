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
    '`.tar`, one or shards of a folder (`000000.tar`): an image of each sample with its label as `.cls`, `.txt` or a key of `.json` beside it; texts as `.txt` with `.cls`',
  named: /\.(tar|tar\.gz|tgz)$/i,
  sniff,
};

async function sniff({ path, kind, list }: FoundEntry): Promise<DatasetSummary | null> {
  const isFile = kind === 'file';
  if (isFile && (!tarName.test(path) || isShard(basename(path)))) return null;
  const shards = isFile ? [{ path }] : await shardsOf(path, list, tarName);
  const content = shards.length === 0 ? null : await contentOf(shards[0].path);
  if (content === null) return null;
  return {
    path,
    name: nameOf(path),
    layout: webDataset.id,
    content,
    // Only reading all headers would tell.
    classes: null,
    size: null,
    splits: {},
  };
}

/** What the first sample of an archive is, if something in it may be its label: an image with any text, or a text with a class. */
async function contentOf(path: string): Promise<'image' | 'text' | null> {
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    for await (const [{ parts }] of samplesOf(await fileAhead(file))) {
      const names = [...parts.keys()];
      if (names.some(isImagePart)) return names.some(isTextPart) ? 'image' : null;
      return names.includes('txt') && names.includes('cls') ? 'text' : null;
    }
  } catch {
    // A damaged archive, or none.
  } finally {
    await file.close();
  }
  return null;
}
