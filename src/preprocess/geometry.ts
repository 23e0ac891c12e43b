import type { CropRounding, ImagePreprocessing } from '../protocol/preprocessing.js';
import type { Rectangle, Size } from './resample.js';

/** How one image gets from its own size to the tensor's. */
export interface Placement {
  /** Size after resizing. */
  resized: Size;
  /** The part of the resized image that is kept. */
  window: Rectangle;
  /** Where that part lies in the tensor; zeros around it. */
  at: { left: number; top: number };
  /** Share of the image's area that is kept, 0 to 1. */
  share: number;
}

/** Where an image of some size ends up: resize, then centre crop. */
export function placeImage(
  image: Size,
  { resize, crop, height, width }: ImagePreprocessing,
): Placement {
  const resized =
    resize.mode === 'none'
      ? { width: image.width, height: image.height }
      : resize.mode === 'exact'
        ? { width: resize.width, height: resize.height }
        : shortestEdge(image, resize.size);
  const rounding = crop?.rounding ?? 'floor';
  const x = cropAxis(resized.width, crop?.width ?? width, rounding);
  const y = cropAxis(resized.height, crop?.height ?? height, rounding);
  return {
    resized,
    window: { left: x.start, top: y.start, width: x.count, height: y.count },
    at: { left: x.at, top: y.at },
    share: (x.count * y.count) / (resized.width * resized.height),
  };
}

/** The shorter side becomes `size`, the other one keeps the ratio and is cut to an integer, as torchvision and transformers do. */
function shortestEdge({ width, height }: Size, size: number): Size {
  const long = Math.trunc((size * Math.max(width, height)) / Math.min(width, height));
  return width <= height ? { width: size, height: long } : { width: long, height: size };
}

/** A centred run of `wanted` pixels out of `size`; where there are fewer, all of them, centred in `wanted`. */
function cropAxis(
  size: number,
  wanted: number,
  rounding: CropRounding,
): { start: number; count: number; at: number } {
  if (size >= wanted) {
    const half = (size - wanted) / 2;
    const start = rounding === 'floor' ? Math.floor(half) : halfEven(half);
    return { start, count: wanted, at: 0 };
  }
  // The padding before is rounded up in transformers, down in torchvision.
  const half = (wanted - size) / 2;
  return { start: 0, count: size, at: rounding === 'floor' ? Math.ceil(half) : Math.floor(half) };
}

/** Python's `round` of a number of halves: 58.5 is 58, 59.5 is 60. */
function halfEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
