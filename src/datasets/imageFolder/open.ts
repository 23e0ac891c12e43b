import { basename, join } from 'node:path';
import type { DatasetOptions } from '../../protocol/datasetOptions.js';
import type { Split } from '../../protocol/found.js';
import { detailOf, failure, type Notice, notice, throwIfCancelled } from '../../protocol/notice.js';
import type { Dataset, Listing } from '../dataset.js';
import { readImageFile } from '../imageFile.js';
import { listFolder, sortNames } from '../listing.js';
import { some } from '../names.js';
import { isImage, mayBeSplits, splitOf, splitOrder } from './names.js';
import { imageFolder } from './sniff.js';

/**
 * Opens an image folder. Samples come split by split (train, val, test), class folders sorted by name and files
 * by folder and name within, in code-point order: the row order of torchvision's `ImageFolder`.
 * Images below a class folder belong to its class. Symbolic links are followed once.
 */
export async function openDataset(
  path: string,
  _options: DatasetOptions,
  signal?: AbortSignal,
): Promise<Dataset> {
  const notices: Notice[] = [];
  const scan = new Scan(notices, signal);
  const root = await listFolder(path).catch(error => {
    throw failure('dataset.folderUnreadable', { file: path, detail: detailOf(error) }, error);
  });
  const parts = await partsOf(path, root, scan);
  const classes = sortNames([...new Set(parts.flatMap(part => part.classes))]);
  const labelOf = new Map(classes.map((name, label) => [name, label]));

  const samples = new Samples();
  const perClass = new Int32Array(classes.length);
  for (const part of parts) {
    for (const name of part.classes) {
      const label = labelOf.get(name) as number;
      const before = samples.names.length;
      await scan.images(join(path, part.folder, name), join(part.folder, name), (folder, file) =>
        samples.add(folder, file, label, part.split),
      );
      perClass[label] += samples.names.length - before;
    }
  }
  checkClasses(path, root, classes, perClass);
  const empty = classes.filter((_, label) => perClass[label] === 0);
  if (empty.length > 0)
    notices.push(
      notice('dataset.emptyClasses', { file: path, count: empty.length, names: some(empty) }),
    );
  if (scan.skipped > 0)
    notices.push(
      notice('dataset.filesSkipped', { file: path, count: scan.skipped, example: scan.example }),
    );
  const loose = root.files.filter(isImage).length;
  if (loose > 0) notices.push(notice('dataset.looseImages', { file: path, count: loose }));

  const { names, folders, folderOf } = samples;
  const sampleName = (i: number) => join(folders[folderOf[i]], names[i]);
  const sampleFile = (i: number) => join(path, sampleName(i));
  return {
    path,
    name: basename(path),
    layout: imageFolder.id,
    content: 'image',
    classes,
    size: names.length,
    labels: Int32Array.from(samples.labels),
    splits: parts[0].split === null ? null : (samples.splits as Split[]),
    groups: null,
    notices,
    sampleName,
    sampleFile,
    read: i => readImageFile(sampleFile(i)),
  };
}

/** A folder whose sub-folders are classes: one of the splits, or the dataset itself. */
interface Part {
  split: Split | null;
  /** Relative to the dataset; empty for the dataset itself. */
  folder: string;
  classes: string[];
}

async function partsOf(path: string, root: Listing, scan: Scan): Promise<Part[]> {
  const names = sortNames([...root.directories]);
  if (mayBeSplits(names)) {
    const parts: Part[] = [];
    const ignored: string[] = [];
    for (const folder of names) {
      const split = splitOf(folder);
      const listing = split && (await scan.list(join(path, folder)));
      if (listing && listing.directories.length > 0 && !listing.files.some(isImage))
        parts.push({ split, folder, classes: sortNames([...listing.directories]) });
      else ignored.push(folder);
    }
    if (mayBeSplits(parts.map(part => part.folder))) {
      if (ignored.length > 0)
        scan.notices.push(notice('dataset.foldersIgnored', { file: path, names: some(ignored) }));
      const rank = (part: Part) => splitOrder.indexOf(part.split as Split);
      return parts.sort((a, b) => rank(a) - rank(b));
    }
  }
  return [{ split: null, folder: '', classes: names }];
}

/** Two classes with images, or a failure that says what is there instead. */
function checkClasses(path: string, root: Listing, classes: string[], perClass: Int32Array): void {
  const used = classes.filter((_, label) => perClass[label] > 0);
  if (used.length > 1) return;
  if (used.length === 1) throw failure('dataset.oneClass', { file: path, class: used[0] });
  if (root.files.some(isImage)) throw failure('dataset.noClassFolders', { file: path });
  throw failure('dataset.unknown', { file: path, layouts: imageFolder.name });
}

/** Files as they are found: names and labels only, a folder's path kept once. */
class Samples {
  readonly names: string[] = [];
  readonly folders: string[] = [];
  readonly folderOf: number[] = [];
  readonly labels: number[] = [];
  readonly splits: (Split | null)[] = [];

  add(folder: string, file: string, label: number, split: Split | null): void {
    if (this.folders.at(-1) !== folder) this.folders.push(folder);
    this.names.push(file);
    this.folderOf.push(this.folders.length - 1);
    this.labels.push(label);
    this.splits.push(split);
  }
}

/** Walks class folders; what cannot be used is counted and the rest goes on. */
class Scan {
  skipped = 0;
  example = '';

  constructor(
    readonly notices: Notice[],
    readonly signal?: AbortSignal,
  ) {}

  /** A folder's listing, or null and a notice where it cannot be read. */
  async list(path: string): Promise<Listing | null> {
    throwIfCancelled(this.signal);
    try {
      return await listFolder(path);
    } catch (error) {
      this.notices.push(notice('dataset.folderSkipped', { file: path, detail: detailOf(error) }));
      return null;
    }
  }

  /** Calls back for every image in and below a folder, folder by folder in order of their paths. */
  async images(
    path: string,
    relative: string,
    found: (folder: string, file: string) => void,
  ): Promise<void> {
    const perFolder = new Map<string, string[]>();
    const followed = new Set<string>();
    const pending = [{ path, relative }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const listing = await this.list(next.path);
      if (!listing) continue;
      const images: string[] = [];
      for (const file of listing.files) {
        if (isImage(file)) images.push(file);
        else if (this.skipped++ === 0) this.example = join(next.relative, file);
      }
      perFolder.set(next.relative, sortNames(images));
      for (const name of listing.directories) {
        const target = listing.links.get(name);
        if (target !== undefined && followed.has(target)) continue;
        if (target !== undefined) followed.add(target);
        pending.push({ path: join(next.path, name), relative: join(next.relative, name) });
      }
    }
    for (const folder of sortNames([...perFolder.keys()]))
      for (const file of perFolder.get(folder) as string[]) found(folder, file);
  }
}
