import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DatasetColumns } from '../protocol/datasetColumns.js';
import { type DatasetOptions, noOptions } from '../protocol/datasetOptions.js';
import { detailOf, failure, throwIfCancelled } from '../protocol/notice.js';
import type { ColumnsOf, Dataset, FoundEntry, Listing, OpenLayout } from './dataset.js';
import { isImage } from './imageFolder/names.js';
import { datasetLayouts } from './index.js';
import { emptyListing, listFolder, sortNames } from './listing.js';

/**
 * Opens the labelled dataset at a path: its labels are read, its contents are not.
 * Throws a TransferLensError where there is none, which says what a dataset looks like.
 */
export async function openDataset(
  path: string,
  options: DatasetOptions = noOptions,
  signal?: AbortSignal,
): Promise<Dataset> {
  const { id, root } = await locate(path, options, signal);
  return (await layout(id)).openDataset(root, options, signal);
}

/** What of the dataset at a path a user may be asked about; null where its layout leaves nothing open. */
export async function datasetColumns(
  path: string,
  options: DatasetOptions,
): Promise<DatasetColumns | null> {
  const { id, root } = await locate(path, options);
  return (await layout(id)).columnsOf?.(root, options) ?? null;
}

/** The layout of a dataset, and the file or folder that it is. */
async function locate(
  path: string,
  options: DatasetOptions,
  signal?: AbortSignal,
): Promise<{ id: string; root: string }> {
  const root = resolve(path);
  const found = await stat(root).catch(error => {
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR'
      ? failure('dataset.notFound', { file: path }, error)
      : failure('dataset.folderUnreadable', { file: path, detail: detailOf(error) }, error);
  });
  const kind = found.isDirectory() ? 'directory' : 'file';
  const listings = new Map<string, Promise<Listing>>();
  const list = (folder: string) => {
    throwIfCancelled(signal);
    let listing = listings.get(folder);
    if (!listing) {
      listing = listFolder(folder, isImage).catch(() => emptyListing);
      listings.set(folder, listing);
    }
    return listing;
  };
  const id = await recognise({ path: root, kind, list });
  if (id) return { id, root };

  if (kind === 'directory') {
    const { directories, files } = await list(root);
    const inside: string[] = [];
    let ofImages = true;
    for (const name of directories) {
      const own = await recognise({ path: join(root, name), kind, list });
      if (own) inside.push(name);
      ofImages &&= own === null || own === 'imageFolder';
    }
    for (const name of files) {
      const file = join(root, name);
      const own = await recognise({ path: file, kind: 'file', list });
      if (own) inside.push(name);
      ofImages &&= own === null;
    }
    // A folder with one file of data beside what the data consist of: the file is meant.
    const [only] = inside;
    if (inside.length === 1 && files.includes(only))
      return locate(join(root, only), options, signal);
    // Folders of images in folders may be datasets, or classes: only the user knows.
    if (inside.length > 0 && !(ofImages && options.classes))
      throw failure(ofImages ? 'dataset.holdsFolders' : 'dataset.holdsDatasets', {
        file: path,
        names: sortNames(inside).slice(0, 5).join(', '),
      });
    // Named by the user, a folder may be less tidy than one that is found; what is wrong with it is said there.
    return { id: 'imageFolder', root };
  }
  for (const { id, named } of datasetLayouts) if (named?.test(root)) return { id, root };
  throw failure('dataset.unknown', {
    file: path,
    layouts: datasetLayouts.map(layout => layout.name).join(', '),
  });
}

/** The reader of a layout, which is loaded when it is needed: none costs anything before. */
async function layout(id: string): Promise<{ openDataset: OpenLayout; columnsOf?: ColumnsOf }> {
  // The bundler includes every `*/open.ts` here, so that a layout needs no line of its own in this file.
  return import(`./${id}/open.ts`);
}

async function recognise(entry: FoundEntry): Promise<string | null> {
  for (const layout of datasetLayouts) if (await layout.sniff(entry)) return layout.id;
  return null;
}
