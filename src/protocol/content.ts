/** One sample as its dataset hands it out, before any preprocessing. `file` is the file that it is in, for messages. */
export type SampleContent = EncodedImage | PixelImage | TextSample | NumbersSample | RowSample;

/** An encoded image: PNG, JPEG, WebP, GIF, TIFF. */
export interface EncodedImage {
  kind: 'encodedImage';
  bytes: Uint8Array;
  file: string;
}

/** An image whose pixels the dataset holds as they are. */
export interface PixelImage {
  kind: 'pixels';
  /** 8-bit values [height, width, channels], 255 the brightest. */
  data: Uint8Array;
  height: number;
  width: number;
  channels: 1 | 3 | 4;
  file: string;
}

/** A text, or a pair of texts that are classified together. */
export interface TextSample {
  kind: 'text';
  text: string;
  pair: string | null;
  file: string;
}

/** A row of a table of numbers; NaN where a value is missing. */
export interface NumbersSample {
  kind: 'numbers';
  values: Float64Array;
  file: string;
}

/** A sample of which nothing is known but its name: only stored predictions can be scored on it. */
export interface RowSample {
  kind: 'row';
  id: string;
  file: string;
}

/** What the samples of one dataset are, and what an input of a model takes. */
export type ContentKind = 'image' | 'text' | 'numbers' | 'row';
