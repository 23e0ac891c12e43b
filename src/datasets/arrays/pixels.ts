import {
  type ArrayFile,
  type ArrayInfo,
  isFloat,
  type Numbers,
  rowSize,
  shapeOf,
} from '../../arrays/array.js';
import type { PixelImage } from '../../protocol/content.js';
import { failure, type Notice, notice } from '../../protocol/notice.js';

/** How the numbers of one sample are an image. */
export interface ImageShape {
  height: number;
  width: number;
  channels: 1 | 3 | 4;
  /** Channels are the first axis of a sample, not the last. */
  planes: boolean;
}

/** The image that each row of an array is; null where its rows are numbers of one axis. */
export function imageShape(array: ArrayInfo, file: string): ImageShape | null {
  const [, a, b, c] = array.shape;
  const isChannels = (dim: number): dim is 1 | 3 | 4 => dim === 1 || dim === 3 || dim === 4;
  switch (array.shape.length) {
    case 2:
      return null;
    case 3:
      return { height: a, width: b, channels: 1, planes: false };
    case 4:
      if (isChannels(c)) return { height: a, width: b, channels: c, planes: false };
      if (isChannels(a)) return { height: b, width: c, channels: a, planes: true };
  }
  throw failure('dataset.arrayShape', { file, array: array.name, shape: shapeOf(array) });
}

/** A sample of more numbers is none: a header may claim anything. */
const mostSampleValues = 100_000_000;

/** Refuses an array whose rows are too large to be read one by one. */
export function checkSampleSize(array: ArrayInfo, file: string): void {
  if (rowSize(array) > mostSampleValues)
    throw failure('dataset.sampleTooLarge', { file, array: array.name, shape: shapeOf(array) });
}

/** Which numbers stand for black and for white. */
export type Range = readonly [black: number, white: number];

/** Values looked at to tell the range of an array: runs of rows, spread evenly over all of it. */
const mostValues = 8_000_000;
const mostRows = 512;
const mostRuns = 16;
/** Whole numbers that stay below it are not of 8 bits: dark photographs reach further. */
const clearlyLess = 64;
/** What white may be where whole numbers are not of 8 bits. */
const whites = [1, 3, 7, 15, 16, 31, 32, 63, 255, 1023, 4095, 16_383, 65_535, 2 ** 32 - 1];

/**
 * Tells the range of an array of images by the values of some rows: whole numbers are 0 to 255 unless they stay far below or go
 * beyond, real numbers are 0 to 1, -1 to 1 or 0 to 255. What is no such range was normalised already, which is no image any more.
 */
export async function rangeOf(
  file: ArrayFile,
  array: ArrayInfo,
  chosen: Range | undefined,
): Promise<{ range: Range; notices: Notice[] }> {
  if (chosen) return { range: chosen, notices: [] };
  const { low, high, whole } = await extremes(file, array);
  const assumed = (range: Range) => ({
    range,
    notices: [
      notice('dataset.pixelRange', {
        ...{ file: file.path, array: array.name, low, high, black: range[0], white: range[1] },
      }),
    ],
  });
  if (low >= 0 && whole && high >= clearlyLess && high <= 255)
    return { range: [0, 255], notices: [] };
  if (!isFloat(array) || (whole && high > 1)) {
    const white = whites.find(w => w >= high);
    if (low >= 0 && white !== undefined) return assumed([0, white]);
  } else if (low >= 0 && high <= 1) return { range: [0, 1], notices: [] };
  else if (low >= -1 && high <= 1) return assumed([-1, 1]);
  else if (low >= 0 && high <= 255 && high >= clearlyLess) return assumed([0, 255]);
  throw failure('dataset.notPixels', {
    ...{ file: file.path, array: array.name, low: short(low), high: short(high) },
  });
}

function short(x: number): number {
  return Number(x.toPrecision(4));
}

async function extremes(file: ArrayFile, array: ArrayInfo) {
  const [rows, ...rest] = array.shape;
  const size = Math.max(
    1,
    rest.reduce((a, b) => a * b, 1),
  );
  const wanted = Math.max(1, Math.min(rows, mostRows, Math.floor(mostValues / size)));
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let whole = true;
  // In runs, as rows that lie together are unpacked together.
  const runs = Math.min(mostRuns, wanted);
  const length = Math.floor(wanted / runs);
  for (let k = 0; k < runs && rows > 0; k++) {
    const first = Math.floor((k * rows) / runs);
    for (const x of await file.numbers(array.name, first, Math.min(rows, first + length))) {
      if (Number.isNaN(x)) continue;
      if (x < low) low = x;
      if (x > high) high = x;
      whole &&= Number.isInteger(x);
    }
    // Of 8 bits there is nothing more to know: each run may have to be unpacked.
    if (array.type === 'uint8' && high >= clearlyLess) break;
  }
  return { low, high, whole };
}

/** One sample's numbers as 8-bit pixels, [height, width, channels]. */
export function pixelsOf(
  values: Numbers,
  { height, width, channels, planes }: ImageShape,
  [black, white]: Range,
  file: string,
): PixelImage {
  const area = height * width;
  const same = black === 0 && white === 255 && values instanceof Uint8Array;
  let data: Uint8Array = same ? values : new Uint8Array(values.length);
  const factor = 255 / (white - black);
  // Rounded half up, and cut off at both ends.
  if (!same)
    for (let i = 0; i < values.length; i++)
      data[i] = Math.max(0, Math.min(255, Math.floor((values[i] - black) * factor + 0.5)));
  if (planes && channels > 1) {
    const packed = new Uint8Array(data.length);
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < area; i++) packed[i * channels + c] = data[c * area + i];
    data = packed;
  }
  return { kind: 'pixels', data, height, width, channels, file };
}

/** An image turned about its diagonal, as EMNIST stores its letters. */
export function transposed(image: PixelImage): PixelImage {
  const { data, height, width, channels } = image;
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        turned[(x * height + y) * channels + c] = data[(y * width + x) * channels + c];
  return { ...image, data: turned, height: width, width: height };
}
