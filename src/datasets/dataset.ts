import type { ContentKind, SampleContent } from '../protocol/content.js';
import type { DatasetColumns } from '../protocol/datasetColumns.js';
import type { DatasetOptions } from '../protocol/datasetOptions.js';
import type { DatasetReading } from '../protocol/datasetReading.js';
import type { DatasetSummary, Split } from '../protocol/found.js';
import type { Notice } from '../protocol/notice.js';

/** How one layout of labelled data is recognised: all that discovery knows of it. */
export interface DatasetLayout {
  /** Name of its folder in `datasets/`. */
  id: string;
  /** Shown name, e.g. "Image folder". */
  name: string;
  /** What its files are called, and what of it is read: a row of the README's table. */
  files: string;
  /** Names of files that are opened as this layout when a user chooses them, whatever sniffing says. */
  named?: RegExp;
  /** Looks at a folder's (or file's) entries and at most a few bytes; null when it is not this layout. */
  sniff(entry: FoundEntry): Promise<DatasetSummary | null>;
}

/** Opens what a layout has recognised, or says why it cannot: `openDataset` of a layout's `open.ts`. */
export type OpenLayout = (
  path: string,
  options: DatasetOptions,
  signal?: AbortSignal,
) => Promise<Dataset>;

/** What a user may be asked about: `columnsOf`, which `open.ts` of a layout exports where names may leave open what is what. */
export type ColumnsOf = (path: string, options: DatasetOptions) => Promise<DatasetColumns>;

/** A folder (or file) as discovery saw it, so that no layout reads a directory twice. */
export interface FoundEntry {
  path: string;
  kind: 'file' | 'directory';
  /** What is in a folder, cached by the walk; an unreadable folder counts as empty. */
  list(path: string): Promise<Listing>;
}

/** Names in one folder, in no order; hidden files are left out. */
export interface Listing {
  files: string[];
  directories: string[];
  /** Hidden folders: never data, though there may be models in them. */
  hidden: string[];
  /** Those of `directories` that are symbolic links, with the real path they lead to. */
  links: ReadonlyMap<string, string>;
}

/** A labelled dataset, opened: labels are known, contents are read one sample at a time. */
export interface Dataset {
  path: string;
  name: string;
  layout: string;
  /** What its samples are. */
  content: ContentKind;
  /** Names of the target classes; labels index into it. A class may have no sample. */
  classes: readonly string[];
  /** Number of samples, all splits together, in the layout's own stable order. */
  size: number;
  /** Class index of each sample; int32 [size]. */
  labels: Int32Array;
  /**
   * Labels that are numbers, where the user chose columns of them: names of the columns, and float64 [size, names], row-major. `classes` is then empty and `labels` zero.
   */
  numbers?: { names: readonly string[]; values: Float64Array };
  /** Split of each sample, or null where the layout has none. */
  splits: readonly Split[] | null;
  /** What each sample belongs to (patient, video, scene), as an index: int32 [size]; null where nothing says. */
  groups: Int32Array | null;
  /** How a script in another language reads it; left out where that is more than a few lines. */
  reading?: DatasetReading;
  /** What the user should know of the data: empty classes, unreadable folders, files that were skipped. */
  notices: Notice[];
  /**
   * Id of sample i by which predictions made elsewhere name it; left out where the layout has none but the sample's name.
   */
  sampleId?(i: number): string;
  /** A name for sample i, relative to `path`: what messages and the panel show. */
  sampleName(i: number): string;
  /** Absolute path of the file that sample i is in; its stat decides whether a cached hash holds. */
  sampleFile(i: number): string;
  /** Where sample i stands in a file of text: its bytes, half-open; left out where the files hold something else. */
  sampleBytes?(i: number): [from: number, to: number] | null;
  /** Content of sample i. Throws a TransferLensError that names the sample. */
  read(i: number): Promise<SampleContent>;
  /** Gives back what is held open, such as files. */
  close?(): Promise<void>;
}
