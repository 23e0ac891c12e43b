import { realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { FoundEntry, Listing } from '../datasets/dataset.js';
import {
  byCodePoint,
  datasetLayouts,
  emptyListing,
  isImage,
  listFolder,
} from '../datasets/index.js';
import { sniffModel } from '../models/index.js';
import type { DatasetSummary, ModelSummary } from '../protocol/found.js';
import { detailOf, failure, type Notice, notice, throwIfCancelled } from '../protocol/notice.js';
import { excluder } from './glob.js';

export interface DiscoverOptions {
  /** Globs of folders and files to skip, relative to the searched folder. */
  exclude: readonly string[];
  signal?: AbortSignal;
  /** Called for each find as it comes, in no order. */
  onFound?(found: { model: ModelSummary } | { dataset: DatasetSummary }): void;
  /** Files and folders after which the search gives up. */
  limit?: number;
}

export interface Discovery {
  /** Sorted by path. */
  models: ModelSummary[];
  datasets: DatasetSummary[];
  /** Folders that could not be searched. */
  notices: Notice[];
  /** Whether the search gave up before it had seen everything. */
  truncated: boolean;
}

/** Never searched, whatever the settings say: other people's packages, and histories. */
const skipped = new Set(['node_modules', '.git', '.hg', '.svn', '__pycache__']);

/** Folders looked into at once. */
const width = 16;
const defaultLimit = 2_000_000;

/**
 * Finds models and datasets in a folder and below by names and header bytes; loads none. A dataset's own folders are
 * not searched any further. `.gitignore` is not asked: models and data are what people ignore.
 * @param path a folder; a file is looked at alone
 */
export async function discover(path: string, options: DiscoverOptions): Promise<Discovery> {
  const root = resolve(path);
  const entry = await stat(root).catch(error => {
    throw failure('dataset.notFound', { file: path }, error);
  });
  const search = new Search(root, await realpath(root), options);
  if (entry.isDirectory()) await each(root, folder => search.visit(folder));
  else await search.look(root);
  const { found } = search;
  found.models.sort(byPath);
  found.datasets.sort(byPath);
  return found;
}

/** Folder by folder: `net/model.onnx` comes before `net-2/model.onnx`. */
function byPath(a: { path: string }, b: { path: string }): number {
  return byCodePoint(a.path.replaceAll(sep, '\0'), b.path.replaceAll(sep, '\0'));
}

class Search {
  readonly found: Discovery = { models: [], datasets: [], notices: [], truncated: false };
  readonly #root: string;
  readonly #realRoot: string;
  readonly #options: DiscoverOptions;
  readonly #excluded: (path: string) => boolean;
  readonly #listings = new Map<string, Promise<Listing>>();
  readonly #followed = new Set<string>();
  #seen = 0;

  constructor(root: string, realRoot: string, options: DiscoverOptions) {
    this.#root = root;
    this.#realRoot = realRoot;
    this.#options = options;
    this.#excluded = excluder(options.exclude);
  }

  /** Looks at a folder and its files; returns the folders to look into next. */
  async visit(folder: string): Promise<string[]> {
    const listing = await this.#list(folder);
    // A Python environment: its packages bring test models and images of their own.
    if (listing.files.includes('pyvenv.cfg') || listing.directories.includes('conda-meta'))
      return [];
    this.#seen += listing.files.length + listing.directories.length;
    if (this.#seen > (this.#options.limit ?? defaultLimit)) {
      this.found.truncated = true;
      return [];
    }
    await Promise.all(listing.files.map(name => this.look(join(folder, name))));

    const asked = new Set<string>();
    const list = (path: string) => {
      asked.add(path);
      return this.#list(path);
    };
    const own = await this.#sniffDataset({ path: folder, kind: 'directory', list });
    const next: string[] = [];
    for (const name of [...listing.directories, ...listing.hidden]) {
      const path = join(folder, name);
      if (own && asked.has(path)) continue;
      const target = listing.links.get(name);
      if (target === undefined || this.#follow(target)) next.push(path);
    }
    // Names are kept only as long as a layout may ask for them.
    this.#listings.delete(folder);
    if (own) for (const path of asked) this.#listings.delete(path);
    return next;
  }

  /** Looks at one file. */
  async look(path: string): Promise<void> {
    const model = await sniffModel(path);
    if (model) {
      this.found.models.push(model);
      this.#options.onFound?.({ model });
      return;
    }
    await this.#sniffDataset({ path, kind: 'file', list: async () => emptyListing });
  }

  async #sniffDataset(entry: FoundEntry): Promise<boolean> {
    for (const layout of datasetLayouts) {
      const dataset = await layout.sniff(entry);
      if (!dataset) continue;
      this.found.datasets.push(dataset);
      this.#options.onFound?.({ dataset });
      return true;
    }
    return false;
  }

  #list(folder: string): Promise<Listing> {
    let listing = this.#listings.get(folder);
    if (!listing) {
      listing = this.#read(folder);
      this.#listings.set(folder, listing);
    }
    return listing;
  }

  async #read(folder: string): Promise<Listing> {
    throwIfCancelled(this.#options.signal);
    try {
      const all = await listFolder(folder, isImage);
      const from = relative(this.#root, folder).split(sep).join('/');
      const keep = (name: string) => !this.#excluded(from === '' ? name : `${from}/${name}`);
      const enter = (name: string) => !skipped.has(name) && keep(name);
      return {
        files: all.files.filter(keep),
        directories: all.directories.filter(enter),
        hidden: all.hidden.filter(enter),
        links: all.links,
      };
    } catch (error) {
      const params = { file: folder, detail: detailOf(error) };
      this.found.notices.push(notice('folder.skipped', params));
      return emptyListing;
    }
  }

  /** Whether a link is worth following: what is below the root is found anyway, the rest once. */
  #follow(target: string): boolean {
    if (target.startsWith(this.#realRoot + sep) || this.#followed.has(target)) return false;
    this.#followed.add(target);
    return true;
  }
}

/** Visits a folder and all that its visits name, some at a time, the deepest first so that few are pending. */
function each(root: string, visit: (folder: string) => Promise<string[]>): Promise<void> {
  const pending = [root];
  let active = 0;
  return new Promise((done, failed) => {
    const start = () => {
      for (; active < width && pending.length > 0; active++) {
        visit(pending.pop() as string).then(next => {
          for (const folder of next) pending.push(folder);
          active--;
          if (active === 0 && pending.length === 0) done();
          else start();
        }, failed);
      }
    };
    start();
  });
}
