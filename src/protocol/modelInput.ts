import type { Layout } from './preprocessing.js';

/** What a model takes, as its graph says. Null: dynamic, to be decided by preprocessing. */
export type ModelInput = ImageInput | TokenInput | NumbersInput | RowsInput;

export interface ImageInput {
  kind: 'image';
  name: string;
  layout: Layout;
  channels: number | null;
  height: number | null;
  width: number | null;
  /** Fixed batch size, or null. */
  batch: number | null;
  type: 'float32' | 'float16' | 'uint8';
}

/** Token ids and what goes with them; the tensors of a batch come in the order of the names that are not null. */
export interface TokenInput {
  kind: 'tokens';
  /** Name of the tensor with token ids; its length stands for the input in messages and keys. */
  name: string;
  /** Names of the attention mask, the token types (first or second text) and the positions, or null where there is none. */
  mask: string | null;
  types: string | null;
  positions: string | null;
  /** Fixed number of tokens, or null. */
  length: number | null;
  /** Whether padding changes what a text gives: there is no mask to hide it, or activations are quantised by all that a call holds. */
  paddingShows: boolean;
  batch: number | null;
  type: 'int64' | 'int32';
}

/** Rows of numbers: [rows, width]. */
export interface NumbersInput {
  kind: 'numbers';
  name: string;
  width: number | null;
  batch: number | null;
  type: 'float32' | 'float16' | 'float64';
}

/** Predictions that were made elsewhere: no sample goes in, rows of a file are looked up. */
export interface RowsInput {
  kind: 'rows';
  name: string;
  /** Rows of the file. */
  count: number;
  /** Sample id of each row, or null: rows then belong to the dataset's samples by their order. */
  ids: readonly string[] | null;
  /** Label of each row where the file has them, as written; null otherwise. */
  labels: readonly string[] | null;
  batch: null;
}

/** One tensor of a batch, batch first. */
export interface InputTensor {
  data: Float32Array | BigInt64Array | Int32Array;
  shape: readonly number[];
}
