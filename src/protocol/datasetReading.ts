import type { Split } from './found.js';

/** Where the samples of a dataset lie and how its files are read: what a script in another language is written from. */
export type DatasetReading = TableReading | ArrayReading | RecordsReading;

/** Fields between delimiters under a header, an object of JSON a line, Parquet, or archives whose samples have parts. */
export type TableFormat = { delimiter: string } | 'jsonLines' | 'parquet' | 'webDataset';

/** One file of a table. */
export interface TableFile {
  path: string;
  /** Folder that the paths of its images are relative to. */
  folder: string;
  /** Split of all its records, where its name says one. */
  split: Split | null;
}

/** Records of files, each with columns of these names. */
export interface TableReading {
  kind: 'table';
  format: TableFormat;
  files: TableFile[];
  /** Text or image, whose class or numbers the others are; null where samples are rows of numbers. */
  sample: string | null;
  /** Columns whose numbers a model takes, in the order that it takes them; none but in tables of numbers. */
  features: string[];
  pair: string | null;
  label: string | null;
  targets: string[];
  /** Column that says the split of a record. */
  split: string | null;
  /** Labels are numbers of the classes, not their names. */
  numbered: boolean;
}

/** Images, or rows of numbers, that are the rows of one array, with their labels in another. */
export interface ArrayReading {
  kind: 'arrays';
  format: 'npz' | 'npy' | 'hdf5' | 'idx';
  samples: { file: string; array: string };
  labels: { file: string; array: string };
  /** What a label is stored as, one for each row but for a one-hot row; `float` is a whole number all the same. */
  labelType: 'integer' | 'float' | 'bool' | 'text' | 'oneHot';
  numbered: boolean;
  /** Null where samples are rows of numbers. */
  pixels: PixelReading | null;
}

/** How the numbers of an array are images. */
export interface PixelReading {
  /** Channels are the first axis of a sample, not the last. */
  planes: boolean;
  /** Which numbers stand for black and for white; null: 0 and 255, in bytes. */
  range: readonly [black: number, white: number] | null;
  /** Images lie on their diagonal, as those of EMNIST. */
  turned: boolean;
}

/** Files of records of bytes, as CIFAR's: some labels, and the three planes of an image of 32 by 32. */
export interface RecordsReading {
  kind: 'records';
  files: { path: string; split: Split | null }[];
  /** Bytes of labels of a record, and which of them is meant. */
  labels: number;
  labelAt: number;
  /** Labels are numbers of the classes, not their names. */
  numbered: boolean;
}
