/** Resampling kernels, by Pillow's names. */
export type Resample = 'nearest' | 'box' | 'bilinear' | 'hamming' | 'bicubic' | 'lanczos';

/** How a tensor's axes lie: batch, channels, height, width. */
export type Layout = 'NCHW' | 'NHWC';

/** A value and where it came from: `default`, `graph`, or the name of the file that says it. */
export interface Sourced<T> {
  value: T;
  from: string;
}

/** Everything that turns samples into a model's input tensors, with nothing left open. */
export type Preprocessing =
  | ImagePreprocessing
  | TextPreprocessing
  | NumbersPreprocessing
  | RowsPreprocessing;

/** From a decoded 8-bit image to a tensor of real numbers. */
export interface ImagePreprocessing {
  kind: 'image';
  /** 1 (grey), 3 (RGB) or 4 (RGB and alpha). */
  channels: 1 | 3 | 4;
  /** Height and width of the tensor, pixels. */
  height: number;
  width: number;
  resize:
    | { mode: 'none' }
    /** To exactly this size, whatever the aspect ratio. */
    | { mode: 'exact'; height: number; width: number }
    /** The shorter side to `size`, the aspect ratio kept. */
    | { mode: 'shortestEdge'; size: number };
  resample: Resample;
  /** Centre crop after resizing (padded with zeros where the image is smaller), or null. */
  crop: { height: number; width: number; rounding: CropRounding } | null;
  /** Factor on pixel values 0..255; 1 leaves them as they are. */
  rescale: number;
  /** Per channel, applied after `rescale`: (x - mean) / std. Null: not normalised. */
  mean: number[] | null;
  std: number[] | null;
  channelOrder: 'RGB' | 'BGR';
  layout: Layout;
}

/** From a text to token ids. */
export interface TextPreprocessing {
  kind: 'text';
  /** Path of `tokenizer.json`, and sha256 of its content: the latter decides an output. */
  tokenizer: string;
  tokenizerHash: string;
  /** Longer texts are cut to so many tokens, special ones included. */
  maxLength: number;
  /** Every row is padded to `maxLength`; otherwise to the longest row of its batch. */
  padToMax: boolean;
  /**
   * Where padding would change what a model gives for a text: it is padded to so many tokens at least, as the model's own tokenizer does,
   * and no further, so that only texts of one length share a call. Absent where padding does not show or is the same for all.
   */
  leastLength?: number;
  padId: number;
  padTypeId: number;
  paddingSide: 'right' | 'left';
  truncationSide: 'right' | 'left';
  /** Which tensors the model takes besides ids, in their order. */
  tensors: ('mask' | 'types' | 'positions')[];
  type: 'int64' | 'int32';
}

/** A row of numbers as it is. */
export interface NumbersPreprocessing {
  kind: 'numbers';
  width: number;
}

/** No preprocessing: predictions were made elsewhere. */
export interface RowsPreprocessing {
  kind: 'rows';
  /** How the file's rows belong to the dataset's samples. */
  by: 'order' | 'id';
}

/**
 * Where a centre crop begins when the rest is odd: `floor` as transformers does it, or `halfEven`, Python's `round`, as
 * torchvision does.
 */
export type CropRounding = 'floor' | 'halfEven';

/** Each key of the preprocessing with where it came from: what the panel and the JSON show. */
export type PreprocessingReport = Record<string, Sourced<unknown>>;

/** What a user may state beside a model, where its graph leaves a choice (sidecar `transferlens.json`). */
export interface ModelOverrides {
  /** Name of the input tensor. */
  input?: string;
  /** Name of the output tensor that holds the source class scores. */
  output?: string;
  /** What the output holds; otherwise told by its values. */
  outputKind?: OutputKind;
  /** Name of the tensor with the penultimate features; `null` for none. */
  features?: string | null;
  layout?: Layout;
  /** Which vector of features that come token by token stands for a sample; `mean` leaves padding out. */
  pooling?: 'cls' | 'mean';
  /** Of stored predictions: names of the arrays with the label and the id of each row. */
  targets?: string;
  ids?: string;
  /** Accuracy of the model on the task that it was trained for, 0 to 1. */
  sourceAccuracy?: number;
}

/** What a row of raw outputs is: rows that sum to one, unnormalised scores, or independent sigmoids. */
export type OutputKind = 'probabilities' | 'logits' | 'sigmoids';
